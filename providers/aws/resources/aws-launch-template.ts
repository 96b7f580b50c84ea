import { DescribeLaunchTemplatesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { arnOf, regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey, kmsKeyKey } from '../keys.ts';
import { defaultVersions } from '../launch-template-versions.ts';
import { partitionOf } from '../partition.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Of the default version; user data is not among it. */
const launchData = z.object({
  ImageId: text,
  InstanceType: text,
  KeyName: text,
  EbsOptimized: flag,
  DisableApiTermination: flag,
  IamInstanceProfile: z.object({ Arn: text, Name: text }).nullish(),
  SecurityGroupIds: listOf(z.string()),
  NetworkInterfaces: listOf(z.object({ SubnetId: text, Groups: listOf(z.string()) })),
  BlockDeviceMappings: listOf(
    z.object({ Ebs: z.object({ KmsKeyId: text, SnapshotId: text }).nullish() }),
  ),
  MetadataOptions: z.object({ HttpTokens: text }).nullish(),
});
type LaunchData = z.infer<typeof launchData>;

export const resourceType = defineResourceType({
  name: 'aws_launch_template',
  provider: 'aws',
  ci_types: ['machine_image'],
  summary: 'A launch template with what its default version launches instances from.',
  permissions: ['ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeLaunchTemplatesCommand({
      MaxResults: 200,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    const templates = page.LaunchTemplates ?? [];
    if (templates.length === 0) return { records: [], next_page_token: page.NextToken ?? null };
    const versions = await defaultVersions(aws, signal);
    const records = templates.map((template) => ({
      ...template,
      Data: versions.value?.get(template.LaunchTemplateId ?? '')?.LaunchTemplateData,
      DeniedReads: deniedReads([versions]),
    }));
    return { records, next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    LaunchTemplateId: z.string(),
    LaunchTemplateName: text,
    CreateTime: instant,
    CreatedBy: text,
    DefaultVersionNumber: count,
    LatestVersionNumber: count,
    Tags: tagList,
    Data: launchData.nullish(),
    DeniedReads: z.array(z.string()),
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'LaunchTemplateId');
    return id && regionalArn(scope, 'ec2', `launch-template/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'machine_image',
    name: record.LaunchTemplateId,
    display_name: record.Tags.Name || record.LaunchTemplateName || record.LaunchTemplateId,
    region: scope.region,
    external_id: record.LaunchTemplateId,
    ...described(record.Tags, [record.LaunchTemplateName]),
    attributes: {
      template_name: record.LaunchTemplateName,
      create_time: record.CreateTime,
      created_by: record.CreatedBy,
      default_version: record.DefaultVersionNumber,
      latest_version: record.LatestVersionNumber,
      // An AMI, or the parameter that names it: `resolve:ssm:/shop/ami`.
      ami: record.Data?.ImageId ?? null,
      instance_type: record.Data?.InstanceType ?? null,
      key_name: record.Data?.KeyName ?? null,
      ebs_optimized: record.Data?.EbsOptimized ?? null,
      termination_protection: record.Data?.DisableApiTermination ?? null,
      metadata_tokens: record.Data?.MetadataOptions?.HttpTokens ?? null,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ LaunchTemplateId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `launch-template/${id}`),
  ],

  // A template is read when something is launched from it, and only then needs what it names.
  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    launches: { type: 'depends_on', target: 'aws_machine_image', spread: 'none' },
    restores: { type: 'depends_on', target: 'aws_ebs_snapshot', spread: 'none' },
    has_profile: { type: 'uses', target: 'aws_iam_instance_profile', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },

  references: ({ Data }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('launches', Data?.ImageId?.startsWith('ami-') ? Data.ImageId : null, (id) =>
      regionalArn(scope, 'ec2', `image/${id}`),
    ),
    ...refer('has_profile', Data?.IamInstanceProfile?.Arn),
    ...refer('has_profile', Data?.IamInstanceProfile?.Name, (name) =>
      arnOf({
        partition: partitionOf(scope.region).id,
        service: 'iam',
        region: '',
        account: scope.account,
        resource: `instance-profile/${name}`,
      }),
    ),
    ...groupIds(Data).flatMap((groupId) => refer('guarded_by', groupId, idKey)),
    ...distinct(Data?.NetworkInterfaces.map(({ SubnetId }) => SubnetId)).flatMap((subnetId) =>
      refer('in_subnet', subnetId, idKey),
    ),
    ...distinct(Data?.BlockDeviceMappings.map(({ Ebs }) => Ebs?.SnapshotId)).flatMap((id) =>
      refer('restores', id, idKey),
    ),
    ...distinct(Data?.BlockDeviceMappings.map(({ Ebs }) => Ebs?.KmsKeyId)).flatMap((key) =>
      refer('encrypted_with', key, () => kmsKeyKey(key, scope)),
    ),
  ],
  volatile: [],
});

/** Those of the instance, or those of each of its interfaces. */
function groupIds(data: LaunchData | null | undefined): string[] {
  const ofInterfaces = data?.NetworkInterfaces.flatMap(({ Groups }) => Groups) ?? [];
  return distinct([...(data?.SecurityGroupIds ?? []), ...ofInterfaces]);
}

function distinct(texts: ReadonlyArray<string | null | undefined> = []): string[] {
  return [...new Set(texts.flatMap((text) => text ?? []))].sort();
}
