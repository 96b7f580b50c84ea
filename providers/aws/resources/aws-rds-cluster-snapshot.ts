import { DescribeDBClusterSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey, kmsKeyKey } from '../keys.ts';
import { allocatedStorage, RDS_SNAPSHOT_STATUSES } from '../rds-states.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_rds_cluster_snapshot',
  provider: 'aws',
  ci_types: ['snapshot'],
  summary: 'An own snapshot of a DB cluster: made by hand, by RDS every day, or by AWS Backup.',
  permissions: ['rds:DescribeDBClusterSnapshots'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeDBClusterSnapshotsCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
    return { records: page.DBClusterSnapshots ?? [], next_page_token: page.Marker ?? null };
  },

  record: z.object({
    DBClusterSnapshotArn: z.string(),
    DBClusterSnapshotIdentifier: z.string(),
    DBClusterIdentifier: text,
    DbClusterResourceId: text,
    SnapshotType: text,
    Status: text,
    PercentProgress: count,
    Engine: text,
    EngineVersion: text,
    EngineMode: text,
    AllocatedStorage: count,
    StorageType: text,
    StorageEncrypted: flag,
    KmsKeyId: text,
    AvailabilityZones: listOf(z.string()),
    VpcId: text,
    SourceDBClusterSnapshotArn: text,
    SnapshotCreateTime: instant,
    TagList: tagList,
  }),

  nativeId: (record) => textAt(record, 'DBClusterSnapshotArn'),

  toItem: (record, scope) => ({
    ci_type: 'snapshot',
    name: record.DBClusterSnapshotIdentifier,
    display_name: record.DBClusterSnapshotIdentifier,
    status: RDS_SNAPSHOT_STATUSES[record.Status ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.DBClusterSnapshotArn,
    ...described(record.TagList, [record.DBClusterSnapshotIdentifier, record.DBClusterIdentifier]),
    attributes: {
      snapshot_type: record.SnapshotType,
      cluster_id: record.DBClusterIdentifier,
      cluster_resource_id: record.DbClusterResourceId,
      engine: record.Engine,
      engine_version: record.EngineVersion,
      engine_mode: record.EngineMode,
      size_gb: allocatedStorage(record.Engine ?? '', record.AllocatedStorage),
      storage_type: record.StorageType,
      encrypted: record.StorageEncrypted,
      kms_key_id: record.KmsKeyId,
      availability_zones: [...record.AvailabilityZones].sort(),
      vpc_id: record.VpcId,
      source_snapshot_id: record.SourceDBClusterSnapshotArn,
      create_time: record.SnapshotCreateTime,
      progress_percent: record.PercentProgress,
      state: record.Status,
    },
  }),

  keys: ({ DBClusterSnapshotArn }) => [DBClusterSnapshotArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    // A copy in its own right: it outlives the cluster.
    backs_up: { type: 'backs_up', target: 'aws_rds_cluster', spread: 'none' },
    copied_from: { type: 'depends_on', target: 'aws_rds_cluster_snapshot', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    // By the id that is given once: another cluster may have the name by now, also where a copy
    // from another region is.
    ...(record.DbClusterResourceId
      ? refer('backs_up', record.DbClusterResourceId, idKey)
      : refer('backs_up', record.DBClusterIdentifier, (id) =>
          regionalArn(scope, 'rds', `cluster:${id}`),
        )),
    ...refer('copied_from', record.SourceDBClusterSnapshotArn),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
  ],
  volatile: ['attributes.progress_percent'],
});
