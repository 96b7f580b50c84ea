import {
  CreateStreamCommand,
  KinesisClient,
  ListStreamsCommand,
  StartStreamEncryptionCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { resourceType } from '../../../providers/aws/resources/aws-kinesis-stream.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let kinesis: KinesisClient;

beforeAll(async () => {
  moto = await startMotoEstate();
  kinesis = new KinesisClient({ region: REGION, requestHandler: new NodeHttpHandler() });
  await kinesis.send(new CreateStreamCommand({ StreamName: 'clicks-prod', ShardCount: 3 }));
  await kinesis.send(
    new CreateStreamCommand({
      StreamName: 'jobs',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    }),
  );
  await kinesis.send(
    new StartStreamEncryptionCommand({
      StreamName: 'clicks-prod',
      EncryptionType: 'KMS',
      KeyId: 'alias/clicks',
    }),
  );
});
afterAll(() => moto?.close());

test('every stream is found, with what its own call tells', async () => {
  const { StreamNames = [] } = await kinesis.send(new ListStreamsCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual([...StreamNames].sort());
  const items = new Map(listed.map((entry) => [entry.item.name, entry]));
  expect(items.get('clicks-prod')?.native_id).toBe(
    `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/clicks-prod`,
  );
  expect(items.get('clicks-prod')?.item).toMatchObject({
    status: 'active',
    environment: 'production',
    attributes: {
      capacity_mode: 'PROVISIONED',
      open_shards: 3,
      retention_hours: 24,
      encryption: 'KMS',
      denied_reads: [],
    },
  });
  expect(items.get('clicks-prod')?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'encrypted_with', key: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/clicks` },
  ]);
  expect(items.get('jobs')?.item.attributes.capacity_mode).toBe('ON_DEMAND');
});
