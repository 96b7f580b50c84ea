import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, kmsKeyKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { tableRecord } from '../table-details.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

const TABLES_AT_ONCE = 5;
const BYTES_A_GB = 2 ** 30;

/** Every state of DynamoDB's `TableStatus`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  ACTIVE: 'active',
  ARCHIVED: 'inactive',
  ARCHIVING: 'under_maintenance',
  CREATING: 'planned',
  DELETING: 'under_maintenance',
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: 'failed',
  REPLICATION_NOT_AUTHORIZED: 'failed',
  // It serves while it is changed.
  UPDATING: 'active',
};

const keySchema = listOf(z.object({ AttributeName: z.string(), KeyType: text }));

export const resourceType = defineResourceType({
  name: 'aws_dynamodb_table',
  provider: 'aws',
  ci_types: ['database'],
  summary: 'A DynamoDB table with its indexes, replicas in other regions, stream and backups.',
  permissions: [
    'dynamodb:ListTables',
    'dynamodb:DescribeContinuousBackups',
    'dynamodb:DescribeTable',
    'tag:GetResources',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListTablesCommand({
      Limit: 100,
      ExclusiveStartTableName: pageToken ?? undefined,
    });
    const page = await aws.service(DynamoDBClient).send(command, { abortSignal: signal });
    const next_page_token = page.LastEvaluatedTableName ?? null;
    const names = page.TableNames ?? [];
    if (names.length === 0) return { records: [], next_page_token };
    const tags = await tagsByArn(aws, 'dynamodb:table', signal);
    const limit = pLimit(TABLES_AT_ONCE);
    const records = await limit.map(names, (name) => tableRecord(aws, name, tags, signal));
    return { records: records.flat(), next_page_token };
  },

  record: z.object({
    TableName: z.string(),
    TableId: text,
    TableStatus: text,
    TableClassSummary: z.object({ TableClass: text }).nullish(),
    KeySchema: keySchema,
    BillingModeSummary: z.object({ BillingMode: text }).nullish(),
    ProvisionedThroughput: z
      .object({ ReadCapacityUnits: count, WriteCapacityUnits: count })
      .nullish(),
    TableSizeBytes: count,
    ItemCount: count,
    GlobalSecondaryIndexes: listOf(
      z.object({ IndexName: text, IndexStatus: text, KeySchema: keySchema }),
    ),
    LocalSecondaryIndexes: listOf(z.object({ IndexName: text })),
    Replicas: listOf(z.object({ RegionName: z.string(), ReplicaStatus: text })),
    MultiRegionConsistency: text,
    StreamSpecification: z.object({ StreamEnabled: flag, StreamViewType: text }).nullish(),
    LatestStreamArn: text,
    SSEDescription: z.object({ SSEType: text, KMSMasterKeyArn: text }).nullish(),
    PointInTimeRecovery: z
      .object({ PointInTimeRecoveryStatus: text, RecoveryPeriodInDays: count })
      .nullish(),
    DeletionProtectionEnabled: flag,
    CreationDateTime: instant,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId(record, scope) {
    const name = textAt(record, 'TableName');
    return name && regionalArn(scope, 'dynamodb', `table/${name}`);
  },

  toItem(record, scope) {
    const recovery = record.PointInTimeRecovery;
    const size = record.TableSizeBytes;
    return {
      ci_type: 'database',
      name: record.TableName,
      display_name: record.TableName,
      status: STATUSES[record.TableStatus ?? ''] ?? 'active',
      region: scope.region,
      external_id: regionalArn(scope, 'dynamodb', `table/${record.TableName}`),
      ...described(record.Tags, [record.TableName]),
      db_type: 'dynamodb',
      db_engine: 'dynamodb',
      storage_gb: size === null ? null : Number((size / BYTES_A_GB).toFixed(3)),
      backup_enabled: recovery?.PointInTimeRecoveryStatus === 'ENABLED',
      backup_retention_days: recovery?.RecoveryPeriodInDays ?? null,
      attributes: {
        table_id: record.TableId,
        table_class: record.TableClassSummary?.TableClass?.toLowerCase() ?? null,
        // A table that was never switched to on-demand has no summary.
        billing_mode: (record.BillingModeSummary?.BillingMode ?? 'PROVISIONED').toLowerCase(),
        read_capacity_units: record.ProvisionedThroughput?.ReadCapacityUnits ?? null,
        write_capacity_units: record.ProvisionedThroughput?.WriteCapacityUnits ?? null,
        key: shownKey(record.KeySchema),
        global_indexes: record.GlobalSecondaryIndexes.map((index) => ({
          name: index.IndexName,
          state: index.IndexStatus,
          key: shownKey(index.KeySchema),
        })).sort((one, other) => ((one.name ?? '') < (other.name ?? '') ? -1 : 1)),
        local_indexes: record.LocalSecondaryIndexes.flatMap(
          (index) => index.IndexName ?? [],
        ).sort(),
        replicas: record.Replicas.filter(({ RegionName }) => RegionName !== scope.region)
          .map(({ RegionName, ReplicaStatus }) => ({ region: RegionName, state: ReplicaStatus }))
          .sort((one, other) => (one.region < other.region ? -1 : 1)),
        multi_region_consistency: record.MultiRegionConsistency?.toLowerCase() ?? null,
        stream: record.StreamSpecification?.StreamEnabled
          ? (record.StreamSpecification.StreamViewType ?? 'enabled').toLowerCase()
          : null,
        encryption: record.SSEDescription?.SSEType ?? null,
        kms_key_id: record.SSEDescription?.KMSMasterKeyArn ?? null,
        point_in_time_recovery: recovery?.PointInTimeRecoveryStatus?.toLowerCase() ?? null,
        deletion_protection: record.DeletionProtectionEnabled,
        size_bytes: size,
        item_count: record.ItemCount,
        create_time: record.CreationDateTime,
        state: record.TableStatus,
        denied_reads: record.DeniedReads,
      },
    };
  },

  // Functions read the stream by an ARN of its own, and depend on the table by it.
  keys: ({ TableName, LatestStreamArn }, scope) => [
    regionalArn(scope, 'dynamodb', `table/${TableName}`),
    ...(LatestStreamArn ? [LatestStreamArn] : []),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    // Each replica serves on its own while another's region is down.
    replicates_to: { type: 'communicates_with', target: 'aws_dynamodb_table', spread: 'none' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('encrypted_with', record.SSEDescription?.KMSMasterKeyArn, (key) =>
      kmsKeyKey(key, scope),
    ),
    ...record.Replicas.filter(({ RegionName }) => RegionName !== scope.region).flatMap(
      ({ RegionName }) =>
        refer('replicates_to', record.TableName, (name) =>
          regionalArn({ ...scope, region: RegionName }, 'dynamodb', `table/${name}`),
        ),
    ),
  ],
  volatile: ['storage_gb', 'attributes.size_bytes', 'attributes.item_count'],
});

/** The partition key and the sort key by name, in this order. */
function shownKey(schema: ReadonlyArray<{ AttributeName: string; KeyType: string | null }>) {
  const named = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { partition: named('HASH') ?? null, sort: named('RANGE') ?? null };
}
