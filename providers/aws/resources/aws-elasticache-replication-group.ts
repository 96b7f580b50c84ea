import { DescribeReplicationGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import { cacheStatus } from '../cache-states.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, kmsKeyKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

const endpoint = z.object({ Address: text, Port: count }).nullish();

export const resourceType = defineResourceType({
  name: 'aws_elasticache_replication_group',
  provider: 'aws',
  ci_types: ['cache'],
  summary: 'An ElastiCache replication group: the shards of Valkey or Redis OSS and their nodes.',
  permissions: ['elasticache:DescribeReplicationGroups', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeReplicationGroupsCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(ElastiCacheClient).send(command, { abortSignal: signal });
    const groups = page.ReplicationGroups ?? [];
    if (groups.length === 0) return { records: [], next_page_token: page.Marker ?? null };
    const tags = await tagsByArn(aws, 'elasticache', signal);
    const records = groups.map((group) => ({
      ...group,
      Tags: tags.value?.get(group.ARN ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page.Marker ?? null };
  },

  record: z.object({
    ARN: z.string(),
    ReplicationGroupId: z.string(),
    Description: text,
    Status: text,
    Engine: text,
    CacheNodeType: text,
    ClusterEnabled: flag,
    AutomaticFailover: text,
    MultiAZ: text,
    ConfigurationEndpoint: endpoint,
    NodeGroups: listOf(
      z.object({
        NodeGroupId: text,
        Status: text,
        Slots: text,
        PrimaryEndpoint: endpoint,
        ReaderEndpoint: endpoint,
        NodeGroupMembers: listOf(z.object({ CacheClusterId: text, CurrentRole: text })),
      }),
    ),
    GlobalReplicationGroupInfo: z
      .object({ GlobalReplicationGroupId: text, GlobalReplicationGroupMemberRole: text })
      .nullish(),
    KmsKeyId: text,
    AtRestEncryptionEnabled: flag,
    TransitEncryptionEnabled: flag,
    TransitEncryptionMode: text,
    AuthTokenEnabled: flag,
    SnapshotRetentionLimit: count,
    SnapshotWindow: text,
    AutoMinorVersionUpgrade: flag,
    DataTiering: text,
    NetworkType: text,
    ReplicationGroupCreateTime: instant,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'ARN'),

  toItem(record, scope) {
    const shards = record.NodeGroups;
    const reached = record.ConfigurationEndpoint ?? shards[0]?.PrimaryEndpoint;
    return {
      ci_type: 'cache',
      name: record.ReplicationGroupId,
      display_name: record.ReplicationGroupId,
      status: cacheStatus(record.Status),
      region: scope.region,
      external_id: record.ARN,
      hostname: reached?.Address ?? null,
      fqdn: reached?.Address ?? null,
      ...described(record.Tags, [record.ReplicationGroupId]),
      attributes: {
        description: record.Description,
        engine: record.Engine,
        node_type: record.CacheNodeType,
        cluster_mode: record.ClusterEnabled,
        automatic_failover: record.AutomaticFailover,
        multi_az: record.MultiAZ,
        port: reached?.Port ?? null,
        reader_endpoint: shards[0]?.ReaderEndpoint?.Address ?? null,
        shards: shards
          .map((shard) => ({
            id: shard.NodeGroupId,
            state: shard.Status,
            slots: shard.Slots,
            members: shard.NodeGroupMembers.flatMap(
              ({ CacheClusterId }) => CacheClusterId ?? [],
            ).sort(),
          }))
          .sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1)),
        global_replication_group_id:
          record.GlobalReplicationGroupInfo?.GlobalReplicationGroupId ?? null,
        global_role: record.GlobalReplicationGroupInfo?.GlobalReplicationGroupMemberRole ?? null,
        kms_key_id: record.KmsKeyId,
        encrypted_at_rest: record.AtRestEncryptionEnabled,
        encrypted_in_transit: record.TransitEncryptionEnabled,
        transit_encryption_mode: record.TransitEncryptionMode,
        auth_token_enabled: record.AuthTokenEnabled,
        snapshot_retention_days: record.SnapshotRetentionLimit,
        snapshot_window: record.SnapshotWindow,
        auto_minor_version_upgrade: record.AutoMinorVersionUpgrade,
        data_tiering: record.DataTiering,
        network_type: record.NetworkType,
        create_time: record.ReplicationGroupCreateTime,
        state: record.Status,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ ARN, ConfigurationEndpoint, NodeGroups }) => [
    ARN,
    ...[
      ConfigurationEndpoint,
      ...NodeGroups.flatMap(({ PrimaryEndpoint, ReaderEndpoint }) => [
        PrimaryEndpoint,
        ReaderEndpoint,
      ]),
    ].flatMap((reached) => (reached?.Address ? [dnsKey(reached.Address)] : [])),
  ],

  relations: {
    // It has no network of its own: its nodes have.
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    has_member: { type: 'uses', target: 'aws_elasticache_cluster', spread: 'forward' },
    // Without automatic failover nobody takes the writes over.
    written_through: { type: 'depends_on', target: 'aws_elasticache_cluster', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references(record, scope) {
    const clusterArn = (id: string) => regionalArn(scope, 'elasticache', `cluster:${id}`);
    const isFailedOver = record.AutomaticFailover === 'enabled';
    return [
      ...refer('in_account', scope.account, accountKey),
      ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
      // Each shard holds data of its own: nodes of one shard stand in for each other, shards do not.
      ...record.NodeGroups.flatMap(({ NodeGroupId, NodeGroupMembers }) =>
        NodeGroupMembers.flatMap(({ CacheClusterId }) =>
          refer('has_member', CacheClusterId, clusterArn, {
            attributes: { shard: NodeGroupId },
            redundancy_group: `${record.ARN} shard ${NodeGroupId ?? ''}`,
            min_up: 1,
          }),
        ),
      ),
      ...record.NodeGroups.flatMap(({ NodeGroupMembers }) =>
        NodeGroupMembers.flatMap(({ CacheClusterId, CurrentRole }) =>
          isFailedOver || CurrentRole !== 'primary'
            ? []
            : refer('written_through', CacheClusterId, clusterArn),
        ),
      ),
    ];
  },
  volatile: [],
});
