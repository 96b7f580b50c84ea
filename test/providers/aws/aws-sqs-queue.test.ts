import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as queue } from '../../../providers/aws/resources/aws-sqs-queue.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
const arn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

beforeAll(async () => {
  moto = await startMotoEstate();
  const sqs = new SQSClient({ region: REGION });
  await sqs.send(
    new CreateQueueCommand({ QueueName: 'dead.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  await sqs.send(
    new CreateQueueCommand({
      QueueName: 'orders.fifo',
      Attributes: {
        FifoQueue: 'true',
        ContentBasedDeduplication: 'true',
        VisibilityTimeout: '45',
        KmsMasterKeyId: 'alias/orders',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arn('dead.fifo'),
          maxReceiveCount: '5',
        }),
        Policy: '{"Statement":[{"Sid":"hunter2","Effect":"Allow","Principal":"*"}]}',
      },
      tags: { Team: 'storefront' },
    }),
  );
  await sqs.send(new CreateQueueCommand({ QueueName: 'mails-test' }));
});
afterAll(() => moto?.close());

test('every queue that SQS lists is found, by the ARN that others name it by', async () => {
  const { QueueUrls } = await new SQSClient({ region: REGION }).send(new ListQueuesCommand({}));
  const listed = await listAll(queue);
  expect(listed.map(({ item }) => item.attributes.url).sort()).toEqual(QueueUrls?.sort());
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    ['dead.fifo', 'mails-test', 'orders.fifo'].map(arn),
  );
  for (const { native_id, keys } of listed) expect(keys).toEqual([native_id]);
});

test('a queue has its attributes and tags, and no policy', async () => {
  const listed = await listAll(queue);
  const orders = listed.find(({ item }) => item.name === 'orders.fifo');
  expect(orders?.item).toMatchObject({
    ci_type: 'message_queue',
    status: 'active',
    region: REGION,
    team: 'storefront',
    attributes: {
      fifo: true,
      content_based_deduplication: true,
      visibility_timeout_seconds: 45,
      message_retention_seconds: 345_600,
      dead_letter_queue: arn('dead.fifo'),
      max_receive_count: 5,
      messages: 0,
      denied_reads: [],
    },
  });
  expect(orders?.item.attributes.create_time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(orders?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'encrypted_with', key: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/orders` },
    { relation: 'dead_letters_to', key: arn('dead.fifo') },
  ]);
  const mails = listed.find(({ item }) => item.name === 'mails-test');
  expect(mails?.item).toMatchObject({ environment: 'test', attributes: { fifo: false } });
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a queue whose attributes make no sense does not parse', () => {
  const record = { QueueArn: arn('odd'), QueueName: 'odd', DeniedReads: [] };
  for (const Attributes of [
    { VisibilityTimeout: 'soon' },
    { FifoQueue: 'maybe' },
    { RedrivePolicy: '{' },
    { RedrivePolicy: '{"maxReceiveCount":"often"}' },
  ]) {
    expect(queue.record.safeParse({ ...record, Attributes }).success).toBe(false);
    expect(queue.nativeId({ ...record, Attributes }, SCOPE)).toBe(arn('odd'));
  }
});

const SCOPE = { provider: 'aws', account: ACCOUNT, account_name: null, region: REGION } as const;
