import { DescribeCacheClustersCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import { cacheStatus } from '../cache-states.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { cacheSubnetGroupVpcs } from '../subnet-group-vpcs.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/** What ElastiCache answers for the zone of a cluster whose nodes are in several. */
const SEVERAL_ZONES = 'Multiple';

const endpoint = z.object({ Address: text, Port: count }).nullish();

export const resourceType = defineResourceType({
  name: 'aws_elasticache_cluster',
  provider: 'aws',
  ci_types: ['cache'],
  summary: 'An ElastiCache cluster: Memcached with its nodes, or one node of Valkey or Redis OSS.',
  permissions: [
    'elasticache:DescribeCacheClusters',
    'elasticache:DescribeCacheSubnetGroups',
    'tag:GetResources',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeCacheClustersCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
      ShowCacheNodeInfo: true,
    });
    const page = await aws.service(ElastiCacheClient).send(command, { abortSignal: signal });
    const clusters = page.CacheClusters ?? [];
    if (clusters.length === 0) return { records: [], next_page_token: page.Marker ?? null };
    const vpcs = await cacheSubnetGroupVpcs(aws, signal);
    const tags = await tagsByArn(aws, 'elasticache', signal);
    const records = clusters.map((cluster) => ({
      ...cluster,
      VpcId: vpcs.value?.get(cluster.CacheSubnetGroupName ?? ''),
      Tags: tags.value?.get(cluster.ARN ?? ''),
      DeniedReads: deniedReads([vpcs, tags]),
    }));
    return { records, next_page_token: page.Marker ?? null };
  },

  record: z.object({
    ARN: z.string(),
    CacheClusterId: z.string(),
    CacheClusterStatus: text,
    Engine: text,
    EngineVersion: text,
    CacheNodeType: text,
    NumCacheNodes: count,
    PreferredAvailabilityZone: text,
    // Of Memcached alone; it finds the nodes.
    ConfigurationEndpoint: endpoint,
    CacheNodes: listOf(
      z.object({
        CacheNodeId: text,
        CacheNodeStatus: text,
        CustomerAvailabilityZone: text,
        Endpoint: endpoint,
      }),
    ),
    ReplicationGroupId: text,
    CacheSubnetGroupName: text,
    VpcId: text,
    SecurityGroups: listOf(z.object({ SecurityGroupId: text })),
    SnapshotRetentionLimit: count,
    SnapshotWindow: text,
    PreferredMaintenanceWindow: text,
    AutoMinorVersionUpgrade: flag,
    AtRestEncryptionEnabled: flag,
    TransitEncryptionEnabled: flag,
    TransitEncryptionMode: text,
    AuthTokenEnabled: flag,
    NetworkType: text,
    NotificationConfiguration: z.object({ TopicArn: text }).nullish(),
    CacheClusterCreateTime: instant,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'ARN'),

  toItem(record, scope) {
    const { PreferredAvailabilityZone: zone, CacheNodes: nodes } = record;
    const [only, ...others] = nodes;
    const reached = record.ConfigurationEndpoint ?? (others.length === 0 ? only?.Endpoint : null);
    return {
      ci_type: 'cache',
      name: record.CacheClusterId,
      display_name: record.CacheClusterId,
      status: cacheStatus(record.CacheClusterStatus),
      region: scope.region,
      availability_zone: zone === SEVERAL_ZONES ? null : zone,
      external_id: record.ARN,
      hostname: reached?.Address ?? null,
      fqdn: reached?.Address ?? null,
      ...described(record.Tags, [record.CacheClusterId, record.ReplicationGroupId]),
      attributes: {
        engine: record.Engine,
        engine_version: record.EngineVersion,
        node_type: record.CacheNodeType,
        node_count: record.NumCacheNodes,
        nodes: nodes
          .map((node) => ({
            id: node.CacheNodeId,
            state: node.CacheNodeStatus,
            availability_zone: node.CustomerAvailabilityZone,
            endpoint: node.Endpoint?.Address ?? null,
          }))
          .sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1)),
        port: reached?.Port ?? only?.Endpoint?.Port ?? null,
        replication_group_id: record.ReplicationGroupId,
        subnet_group: record.CacheSubnetGroupName,
        vpc_id: record.VpcId,
        snapshot_retention_days: record.SnapshotRetentionLimit,
        snapshot_window: record.SnapshotWindow,
        maintenance_window: record.PreferredMaintenanceWindow,
        auto_minor_version_upgrade: record.AutoMinorVersionUpgrade,
        encrypted_at_rest: record.AtRestEncryptionEnabled,
        encrypted_in_transit: record.TransitEncryptionEnabled,
        transit_encryption_mode: record.TransitEncryptionMode,
        auth_token_enabled: record.AuthTokenEnabled,
        network_type: record.NetworkType,
        create_time: record.CacheClusterCreateTime,
        state: record.CacheClusterStatus,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ ARN, ConfigurationEndpoint, CacheNodes }) => [
    ARN,
    ...[ConfigurationEndpoint, ...CacheNodes.map(({ Endpoint }) => Endpoint)].flatMap((reached) =>
      reached?.Address ? [dnsKey(reached.Address)] : [],
    ),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet_group: { type: 'uses', target: 'aws_elasticache_subnet_group', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    // A node goes on serving its shard while the group is lost with another shard.
    in_replication_group: {
      type: 'part_of',
      target: 'aws_elasticache_replication_group',
      spread: 'none',
    },
    notifies: { type: 'communicates_with', target: 'aws_sns_topic', spread: 'none' },
  },
  references: (record, scope) => [
    ...refer('in_vpc', record.VpcId, idKey),
    ...refer('in_subnet_group', record.CacheSubnetGroupName, (name) =>
      regionalArn(scope, 'elasticache', `subnetgroup:${name}`),
    ),
    ...record.SecurityGroups.flatMap(({ SecurityGroupId }) =>
      refer('guarded_by', SecurityGroupId, idKey),
    ),
    ...refer('in_replication_group', record.ReplicationGroupId, (id) =>
      regionalArn(scope, 'elasticache', `replicationgroup:${id}`),
    ),
    ...refer('notifies', record.NotificationConfiguration?.TopicArn),
  ],
  volatile: [],
});
