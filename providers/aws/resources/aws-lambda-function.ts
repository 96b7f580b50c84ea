import {
  type FunctionConfiguration,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { count, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { namedKeys, namedResources } from '../named-resources.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/**
 * Every state of Lambda's `State`. AWS leaves it out of the listing while a function is well, and
 * has no call that tells it of many: what is listed without one is active.
 */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Pending: 'planned',
  Active: 'active',
  ActiveNonInvocable: 'active',
  // Idle for weeks: the next call wakes it up.
  Inactive: 'inactive',
  Deactivating: 'under_maintenance',
  Deactivated: 'inactive',
  Deleting: 'under_maintenance',
  Failed: 'failed',
};

/** The most that Lambda answers on one page, whatever is asked for. */
const FUNCTIONS_A_PAGE = 50;

export const resourceType = defineResourceType({
  name: 'aws_lambda_function',
  provider: 'aws',
  ci_types: ['function'],
  summary: 'A Lambda function, and the hosts, queues and tables that its environment names.',
  permissions: ['lambda:ListFunctions', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListFunctionsCommand({
      MaxItems: FUNCTIONS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(LambdaClient).send(command, { abortSignal: signal });
    const functions = page.Functions ?? [];
    if (functions.length === 0) return { records: [], next_page_token: page.NextMarker ?? null };
    const tags = await tagsByArn(aws, 'lambda', signal);
    const records = functions.map((one) => ({
      ...withoutVariables(one),
      Tags: tags.value?.get(one.FunctionArn ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page.NextMarker ?? null };
  },

  record: z.object({
    FunctionArn: z.string(),
    FunctionName: z.string(),
    Description: text,
    Runtime: text,
    Handler: text,
    PackageType: text,
    Architectures: listOf(z.string()),
    MemorySize: count,
    EphemeralStorage: z.object({ Size: count }).nullish(),
    Timeout: count,
    CodeSize: count,
    CodeSha256: text,
    LastModified: text,
    State: text,
    StateReason: text,
    LastUpdateStatus: text,
    Role: text,
    KMSKeyArn: text,
    VpcConfig: z
      .object({ VpcId: text, SubnetIds: listOf(z.string()), SecurityGroupIds: listOf(z.string()) })
      .nullish(),
    DeadLetterConfig: z.object({ TargetArn: text }).nullish(),
    Layers: listOf(z.object({ Arn: z.string() })),
    FileSystemConfigs: listOf(z.object({ Arn: z.string(), LocalMountPath: text })),
    TracingConfig: z.object({ Mode: text }).nullish(),
    LoggingConfig: z.object({ LogGroup: text }).nullish(),
    Named: z.object({ hosts: z.array(z.string()), arns: z.array(z.string()) }),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'FunctionArn'),

  toItem: (record, scope) => ({
    ci_type: 'function',
    name: record.FunctionName,
    display_name: record.Tags.Name || record.FunctionName,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.FunctionArn,
    ...described(record.Tags, [record.FunctionName]),
    attributes: {
      description: record.Description,
      runtime: record.Runtime,
      handler: record.Handler,
      package_type: record.PackageType,
      architectures: record.Architectures.toSorted(),
      memory_mb: record.MemorySize,
      ephemeral_storage_mb: record.EphemeralStorage?.Size ?? null,
      timeout_seconds: record.Timeout,
      code_size_bytes: record.CodeSize,
      code_sha256: record.CodeSha256,
      last_modified_time: record.LastModified,
      vpc_id: record.VpcConfig?.VpcId ?? null,
      subnet_ids: record.VpcConfig?.SubnetIds.toSorted() ?? [],
      // In the order in which they are laid over each other.
      layers: record.Layers.map(({ Arn }) => Arn),
      file_systems: record.FileSystemConfigs.map(({ Arn }) => Arn).sort(),
      dead_letter_target: record.DeadLetterConfig?.TargetArn ?? null,
      configured_hosts: record.Named.hosts,
      configured_resources: record.Named.arns,
      tracing: record.TracingConfig?.Mode ?? null,
      log_group: record.LoggingConfig?.LogGroup ?? null,
      state: record.State,
      state_reason: record.StateReason,
      last_update_status: record.LastUpdateStatus,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ FunctionArn }) => [FunctionArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    mounts: { type: 'uses', target: 'aws_efs_file_system', spread: 'forward' },
    // Copied into the function when it is updated.
    built_on: { type: 'uses', target: 'Lambda layer', spread: 'none' },
    // Where events go that it failed on; it fails no more often without.
    gives_up_to: { type: 'uses', target: 'message_queue', spread: 'none' },
    configured_with: { type: 'depends_on', target: 'database', spread: 'forward' },
  },

  references(record, scope) {
    const { VpcId: vpcId = null, SubnetIds = [], SecurityGroupIds = [] } = record.VpcConfig ?? {};
    return [
      ...refer('in_account', vpcId === null ? scope.account : null, accountKey),
      ...refer('in_vpc', vpcId, idKey),
      ...SubnetIds.flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, {
          redundancy_group: `${record.FunctionArn} subnets`,
          min_up: 1,
        }),
      ),
      ...SecurityGroupIds.flatMap((groupId) => refer('guarded_by', groupId, idKey)),
      ...refer('acts_as', record.Role),
      ...refer('encrypted_with', record.KMSKeyArn),
      ...record.FileSystemConfigs.flatMap(({ Arn, LocalMountPath }) =>
        refer('mounts', Arn, undefined, { attributes: { path: LocalMountPath } }),
      ),
      ...record.Layers.flatMap(({ Arn }) => refer('built_on', Arn)),
      ...refer('gives_up_to', record.DeadLetterConfig?.TargetArn),
      ...namedKeys(record.Named, vpcId === null ? [] : [vpcId])
        // A function that names itself calls itself again.
        .filter((key) => key !== record.FunctionArn)
        .flatMap((key) => refer('configured_with', key)),
    ];
  },
  volatile: [],
});

/** The values of its variables may be secrets: they go no further than here. */
function withoutVariables({ Environment, ...rest }: FunctionConfiguration) {
  return { ...rest, Named: namedResources(Environment?.Variables) };
}
