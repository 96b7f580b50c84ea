import {
  CreateTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as table } from '../../../providers/aws/resources/aws-dynamodb-table.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let listed: Listed[];
/** One more than a page: the token is the last name of a page. */
const MORE_THAN_A_PAGE = 101;
const arn = (name: string) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;

beforeAll(async () => {
  moto = await startMotoEstate();
  const dynamodb = new DynamoDBClient({ region: REGION });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'orders',
      AttributeDefinitions: [
        { AttributeName: 'customer', AttributeType: 'S' },
        { AttributeName: 'placed_at', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'placed_at', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-day',
          KeySchema: [{ AttributeName: 'placed_at', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/orders' },
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'Team', Value: 'storefront' }],
    }),
  );
  await dynamodb.send(
    new UpdateContinuousBackupsCommand({
      TableName: 'orders',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  for (let index = 1; index < MORE_THAN_A_PAGE; index += 1) {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: `scratch-${index}`,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 2 },
      }),
    );
  }
  listed = await listAll(table);
}, 60_000);
afterAll(() => moto?.close());

test('every table of every page is found', async () => {
  const dynamodb = new DynamoDBClient({ region: REGION });
  const first = await dynamodb.send(new ListTablesCommand({ Limit: 100 }));
  expect(first.LastEvaluatedTableName).toBeDefined();
  const ids = listed.map(({ native_id }) => native_id);
  expect(new Set(ids).size).toBe(MORE_THAN_A_PAGE);
  expect(ids).toHaveLength(MORE_THAN_A_PAGE);
  expect(ids).toEqual(expect.arrayContaining((first.TableNames ?? []).map(arn)));
});

test('a table has its keys, indexes, stream, encryption and backups', () => {
  const found = listed.find(({ item }) => item.name === 'orders');
  expect(found?.item).toMatchObject({
    ci_type: 'database',
    status: 'active',
    region: REGION,
    external_id: arn('orders'),
    db_type: 'dynamodb',
    team: 'storefront',
    backup_enabled: true,
    attributes: {
      billing_mode: 'pay_per_request',
      key: { partition: 'customer', sort: 'placed_at' },
      global_indexes: [
        { name: 'by-day', state: 'ACTIVE', key: { partition: 'placed_at', sort: null } },
      ],
      stream: 'new_image',
      point_in_time_recovery: 'enabled',
      deletion_protection: true,
      item_count: 0,
      denied_reads: [],
    },
  });
  expect(found?.keys).toContainEqual(expect.stringMatching(/:table\/orders\/stream\//));
  const relations = (found?.references ?? []).map(({ relation }) => relation);
  expect(relations).toEqual(['in_account', 'encrypted_with']);
  const scratch = listed.find(({ item }) => item.name === 'scratch-1');
  expect(scratch?.item).toMatchObject({
    backup_enabled: false,
    attributes: {
      billing_mode: 'provisioned',
      read_capacity_units: 5,
      write_capacity_units: 2,
      stream: null,
      point_in_time_recovery: 'disabled',
    },
  });
});
