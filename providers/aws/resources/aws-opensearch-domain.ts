import {
  DescribeDomainsCommand,
  ListDomainNamesCommand,
  OpenSearchClient,
} from '@aws-sdk/client-opensearch';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey, kmsKeyKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/** Every state of OpenSearch's `DomainProcessingStatus`; an isolated domain answers nobody. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Creating: 'planned',
  Active: 'active',
  Modifying: 'under_maintenance',
  UpgradingEngineVersion: 'under_maintenance',
  UpdatingServiceSoftware: 'under_maintenance',
  Isolated: 'failed',
  Deleting: 'under_maintenance',
};

/** The most that `DescribeDomains` takes. */
const DOMAINS_A_CALL = 5;
const CALLS_AT_ONCE = 5;

/** "Creating index snapshots" in the developer guide: automated ones are kept for 14 days. */
const SNAPSHOT_DAYS = 14;
const HTTPS_PORT = 443;

const domainSchema = z.object({
  ARN: z.string(),
  DomainName: text,
  Created: flag,
  Deleted: flag,
  Processing: flag,
  UpgradeProcessing: flag,
  DomainProcessingStatus: text,
  // `Elasticsearch_7.10` or `OpenSearch_2.11`.
  EngineVersion: text,
  // A domain in a VPC has its end points by kind, in place of the one.
  Endpoint: text,
  EndpointV2: text,
  Endpoints: z.record(z.string(), z.string()).nullish(),
  ClusterConfig: z
    .object({
      InstanceType: text,
      InstanceCount: count,
      DedicatedMasterCount: count,
      WarmCount: count,
      ZoneAwarenessEnabled: flag,
    })
    .nullish(),
  EBSOptions: z.object({ VolumeType: text, VolumeSize: count, Iops: count }).nullish(),
  VPCOptions: z
    .object({ VPCId: text, SubnetIds: listOf(z.string()), SecurityGroupIds: listOf(z.string()) })
    .nullish(),
  EncryptionAtRestOptions: z.object({ Enabled: flag, KmsKeyId: text }).nullish(),
  NodeToNodeEncryptionOptions: z.object({ Enabled: flag }).nullish(),
  AdvancedSecurityOptions: z.object({ Enabled: flag }).nullish(),
  DomainEndpointOptions: z
    .object({ EnforceHTTPS: flag, CustomEndpoint: text, CustomEndpointCertificateArn: text })
    .nullish(),
  Tags: tagList,
  DeniedReads: z.array(z.string()),
});
type DomainRecord = z.infer<typeof domainSchema>;

export const resourceType = defineResourceType({
  name: 'aws_opensearch_domain',
  provider: 'aws',
  ci_types: ['database'],
  summary: 'An OpenSearch or Elasticsearch domain with its end points, network and key.',
  permissions: ['es:ListDomainNames', 'es:DescribeDomains', 'tag:GetResources'],
  level: 'region',

  // The names of all domains are one answer.
  async listPage(aws: AwsClient, _pageToken, signal) {
    const search = aws.service(OpenSearchClient);
    const listed = await search.send(new ListDomainNamesCommand({}), { abortSignal: signal });
    const names = (listed.DomainNames ?? []).flatMap(({ DomainName }) => DomainName ?? []);
    const tags = await tagsByArn(aws, 'es', signal);
    const starts = names.flatMap((_, index) => (index % DOMAINS_A_CALL === 0 ? [index] : []));
    const limit = pLimit(CALLS_AT_ONCE);
    const domains = await limit.map(starts, async (start) => {
      const DomainNames = names.slice(start, start + DOMAINS_A_CALL);
      const command = new DescribeDomainsCommand({ DomainNames });
      return (await search.send(command, { abortSignal: signal })).DomainStatusList ?? [];
    });
    const records = domains.flat().map((domain) => ({
      ...domain,
      Tags: tags.value?.get(domain.ARN ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: null };
  },

  record: domainSchema,

  nativeId: (record) => textAt(record, 'ARN'),

  toItem(record, scope) {
    const name = record.DomainName ?? record.ARN;
    const [engine = null, version = null] = record.EngineVersion?.split('_') ?? [];
    const [host = null] = hostsOf(record);
    const nodes = record.ClusterConfig;
    const volume = record.EBSOptions;
    return {
      ci_type: 'database',
      name,
      display_name: record.Tags.Name || name,
      status: STATUSES[stateOf(record)] ?? 'active',
      region: scope.region,
      external_id: record.ARN,
      hostname: host,
      fqdn: host,
      ...described(record.Tags, [record.DomainName]),
      db_type: engine?.toLowerCase() ?? 'opensearch',
      db_version: version,
      db_engine: engine?.toLowerCase() ?? null,
      port: host === null ? null : HTTPS_PORT,
      connection_string: host === null ? null : `https://${host}:${HTTPS_PORT}`,
      storage_gb:
        volume?.VolumeSize && nodes?.InstanceCount ? volume.VolumeSize * nodes.InstanceCount : null,
      iops: volume?.Iops ?? null,
      // They cannot be turned off.
      backup_enabled: true,
      backup_retention_days: SNAPSHOT_DAYS,
      attributes: {
        instance_type: nodes?.InstanceType ?? null,
        data_node_count: nodes?.InstanceCount ?? null,
        dedicated_master_count: nodes?.DedicatedMasterCount ?? null,
        warm_node_count: nodes?.WarmCount ?? null,
        zone_awareness: nodes?.ZoneAwarenessEnabled ?? null,
        volume_type: volume?.VolumeType ?? null,
        volume_gb_per_node: volume?.VolumeSize ?? null,
        vpc_id: record.VPCOptions?.VPCId ?? null,
        encrypted: record.EncryptionAtRestOptions?.Enabled ?? null,
        node_to_node_encryption: record.NodeToNodeEncryptionOptions?.Enabled ?? null,
        fine_grained_access: record.AdvancedSecurityOptions?.Enabled ?? null,
        enforce_https: record.DomainEndpointOptions?.EnforceHTTPS ?? null,
        // A record leads there, and announces it.
        custom_host: record.DomainEndpointOptions?.CustomEndpoint ?? null,
        state: stateOf(record),
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: (record) => [record.ARN, ...hostsOf(record).map(dnsKey)],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references: ({ ARN, VPCOptions: vpc, ...record }, scope) => [
    ...(vpc?.VPCId
      ? refer('in_vpc', vpc.VPCId, idKey)
      : refer('in_account', scope.account, accountKey)),
    ...(vpc?.SubnetIds ?? []).flatMap((subnetId) =>
      refer('in_subnet', subnetId, idKey, { redundancy_group: `${ARN} subnets`, min_up: 1 }),
    ),
    ...(vpc?.SecurityGroupIds ?? []).flatMap((groupId) => refer('guarded_by', groupId, idKey)),
    ...refer('encrypted_with', record.EncryptionAtRestOptions?.KmsKeyId, (key) =>
      kmsKeyKey(key, scope),
    ),
    ...refer('secured_by', record.DomainEndpointOptions?.CustomEndpointCertificateArn),
  ],
  volatile: [],
});

/** The hosts that are this domain's, the first the one to show. */
function hostsOf({ Endpoint, EndpointV2, Endpoints }: DomainRecord): string[] {
  const byKind = Object.entries(Endpoints ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const hosts = [Endpoint, ...byKind.map(([, host]) => host), EndpointV2];
  return [...new Set(hosts.flatMap((host) => host ?? []))];
}

/** Its state in the words of `DomainProcessingStatus`, which older domains leave out. */
function stateOf(record: DomainRecord): string {
  if (record.DomainProcessingStatus !== null) return record.DomainProcessingStatus;
  if (record.Deleted) return 'Deleting';
  if (record.Created === false) return 'Creating';
  if (record.UpgradeProcessing) return 'UpgradingEngineVersion';
  return record.Processing ? 'Modifying' : 'Active';
}
