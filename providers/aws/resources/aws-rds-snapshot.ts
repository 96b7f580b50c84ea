import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, text, textAt } from '../fields.ts';
import { accountKey, idKey, kmsKeyKey } from '../keys.ts';
import { RDS_SNAPSHOT_STATUSES } from '../rds-states.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_rds_snapshot',
  provider: 'aws',
  ci_types: ['snapshot'],
  summary: 'An own snapshot of a DB instance: made by hand, by RDS every day, or by AWS Backup.',
  permissions: ['rds:DescribeDBSnapshots'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeDBSnapshotsCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
    return { records: page.DBSnapshots ?? [], next_page_token: page.Marker ?? null };
  },

  record: z.object({
    DBSnapshotArn: z.string(),
    DBSnapshotIdentifier: z.string(),
    DBInstanceIdentifier: text,
    DbiResourceId: text,
    SnapshotType: text,
    Status: text,
    PercentProgress: count,
    Engine: text,
    EngineVersion: text,
    AllocatedStorage: count,
    StorageType: text,
    Iops: count,
    Encrypted: flag,
    KmsKeyId: text,
    AvailabilityZone: text,
    VpcId: text,
    SourceRegion: text,
    SourceDBSnapshotIdentifier: text,
    SnapshotCreateTime: instant,
    OriginalSnapshotCreateTime: instant,
    TagList: tagList,
  }),

  nativeId: (record) => textAt(record, 'DBSnapshotArn'),

  toItem: (record, scope) => ({
    ci_type: 'snapshot',
    name: record.DBSnapshotIdentifier,
    display_name: record.DBSnapshotIdentifier,
    status: RDS_SNAPSHOT_STATUSES[record.Status ?? ''] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: record.DBSnapshotArn,
    ...described(record.TagList, [record.DBSnapshotIdentifier, record.DBInstanceIdentifier]),
    attributes: {
      snapshot_type: record.SnapshotType,
      instance_id: record.DBInstanceIdentifier,
      instance_resource_id: record.DbiResourceId,
      engine: record.Engine,
      engine_version: record.EngineVersion,
      size_gb: record.AllocatedStorage,
      storage_type: record.StorageType,
      iops: record.Iops,
      encrypted: record.Encrypted,
      kms_key_id: record.KmsKeyId,
      vpc_id: record.VpcId,
      source_region: record.SourceRegion,
      source_snapshot_id: record.SourceDBSnapshotIdentifier,
      create_time: record.SnapshotCreateTime,
      original_create_time: record.OriginalSnapshotCreateTime,
      progress_percent: record.PercentProgress,
      state: record.Status,
    },
  }),

  keys: ({ DBSnapshotArn }) => [DBSnapshotArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    // A copy in its own right: it outlives the database.
    backs_up: { type: 'backs_up', target: 'aws_rds_instance', spread: 'none' },
    copied_from: { type: 'depends_on', target: 'aws_rds_snapshot', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    // By the id that is given once: another database may have the name by now, also where a copy
    // from another region is.
    ...(record.DbiResourceId
      ? refer('backs_up', record.DbiResourceId, idKey)
      : refer('backs_up', record.DBInstanceIdentifier, (id) =>
          regionalArn(scope, 'rds', `db:${id}`),
        )),
    ...refer('copied_from', record.SourceDBSnapshotIdentifier, (source) =>
      source.startsWith('arn:') ? source : regionalArn(scope, 'rds', `snapshot:${source}`),
    ),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
  ],
  volatile: ['attributes.progress_percent'],
});
