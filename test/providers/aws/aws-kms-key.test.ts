import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-kms-key.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-kms-key.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let orders = '';
let old = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const kms = new KMSClient({});
  const create = async (Description: string, team: string) => {
    const Tags = [{ TagKey: 'team', TagValue: team }];
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description, Tags }));
    return KeyMetadata?.KeyId ?? '';
  };
  orders = await create('orders', 'payments');
  old = await create('old', 'storefront');
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/orders-prod', TargetKeyId: orders }));
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/ledger', TargetKeyId: orders }));
  await kms.send(new EnableKeyRotationCommand({ KeyId: orders }));
  await kms.send(new DisableKeyCommand({ KeyId: old }));
});
afterAll(() => moto?.close());

test('every key is found, with what its own calls tell', async () => {
  const { Keys } = await new KMSClient({}).send(new ListKeysCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    (Keys ?? []).map(({ KeyId }) => KeyId).sort(),
  );
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (Keys ?? []).map(({ KeyArn }) => KeyArn).sort(),
  );
  const items = new Map(listed.map(({ item }) => [item.name, item]));
  expect(items.get(orders)).toMatchObject({
    ci_type: 'encryption_key',
    display_name: 'ledger',
    status: 'active',
    region: REGION,
    team: 'payments',
    environment: 'production',
    attributes: {
      aliases: ['alias/ledger', 'alias/orders-prod'],
      description: 'orders',
      managed_by: 'CUSTOMER',
      key_spec: 'SYMMETRIC_DEFAULT',
      rotation_enabled: true,
      state: 'Enabled',
      denied_reads: [],
    },
  });
  expect(items.get(old)).toMatchObject({
    status: 'inactive',
    team: 'storefront',
    attributes: { aliases: [], rotation_enabled: false, state: 'Disabled' },
  });
});

test('a key answers to its aliases, by which other services name it', async () => {
  const found = (await listAll(resourceType)).find(({ item }) => item.name === orders);
  const arn = `arn:aws:kms:${REGION}:${ACCOUNT}`;
  expect([...(found?.keys ?? [])].sort()).toEqual([
    `${arn}:alias/ledger`,
    `${arn}:alias/orders-prod`,
    `${arn}:key/${orders}`,
  ]);
});

test('a replica refers to its primary, and a primary to none', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const primaries = records.map((record) =>
    resourceType
      .references(resourceType.record.parse(record), scope)
      .filter(({ relation }) => relation === 'replicates')
      .map(({ key }) => key),
  );
  expect(primaries).toEqual([['arn:aws:kms:eu-west-1:111111111111:key/mrk-0a1b'], [], []]);
});
