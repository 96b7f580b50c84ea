import {
  CreateTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as subscription } from '../../../providers/aws/resources/aws-sns-subscription.ts';
import { resourceType as topic } from '../../../providers/aws/resources/aws-sns-topic.ts';
import { subscriptionTarget } from '../../../providers/aws/subscription-endpoint.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:orders-prod`;
const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;

beforeAll(async () => {
  moto = await startMotoEstate();
  const sns = new SNSClient({ region: REGION });
  await sns.send(
    new CreateTopicCommand({
      Name: 'orders-prod',
      Attributes: {
        DisplayName: 'Orders',
        KmsMasterKeyId: 'alias/orders',
        Policy: '{"Statement":[{"Sid":"hunter2"}]}',
      },
      Tags: [{ Key: 'Team', Value: 'storefront' }],
    }),
  );
  await sns.send(
    new CreateTopicCommand({ Name: 'orders.fifo', Attributes: { FifoTopic: 'true' } }),
  );
  const endpoints = {
    sqs: queueArn,
    https: 'https://user:hunter2@hooks.example.org/hunter2',
    email: 'hunter2@example.org',
  };
  for (const [Protocol, Endpoint] of Object.entries(endpoints)) {
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol, Endpoint }));
  }
});
afterAll(() => moto?.close());

test('every topic that SNS lists is found, with its attributes and tags', async () => {
  const listed = await listAll(topic);
  const { Topics } = await new SNSClient({ region: REGION }).send(new ListTopicsCommand({}));
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (Topics ?? []).map(({ TopicArn }) => TopicArn).sort(),
  );
  const found = listed.find(({ item }) => item.name === 'orders-prod');
  expect(found?.item).toMatchObject({
    ci_type: 'topic',
    display_name: 'Orders',
    environment: 'production',
    region: REGION,
    external_id: topicArn,
    team: 'storefront',
    attributes: { fifo: false, kms_key_id: 'alias/orders', denied_reads: [] },
  });
  expect(found?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'encrypted_with', key: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/orders` },
  ]);
  const fifo = listed.find(({ item }) => item.name === 'orders.fifo');
  expect(fifo?.item.attributes.fifo).toBe(true);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a topic sends to its subscribers, of whom people are not named', async () => {
  const listed = await listAll(subscription);
  const { Subscriptions } = await new SNSClient({ region: REGION }).send(
    new ListSubscriptionsCommand({}),
  );
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (Subscriptions ?? []).map(({ SubscriptionArn }) => SubscriptionArn).sort(),
  );
  expect(listed).toHaveLength(3);
  for (const { references } of listed) {
    expect(references).toContainEqual({ relation: 'of_topic', key: topicArn });
  }
  const sent = listed.flatMap(({ references }) =>
    references.filter(({ relation }) => relation === 'sends_to'),
  );
  expect(sent.map(({ source_key, key }) => [source_key, key]).sort()).toEqual([
    [topicArn, queueArn],
    [topicArn, 'dns:hooks.example.org'],
  ]);
  expect(listed.map(({ item }) => item.display_name).sort()).toEqual([
    'orders-prod → email',
    'orders-prod → hooks.example.org',
    'orders-prod → orders',
  ]);
  expect(JSON.stringify(listed)).not.toMatch(/hunter2|@/);
});

test.each([
  ['sms', '+491701234567', null],
  ['email-json', 'hunter2@example.org', null],
  ['application', 'arn:aws:sns:eu-west-1:1:endpoint/GCM/shop/0f1e', null],
  ['https', 'no address', null],
  ['sqs', 'no ARN', null],
  ['sqs', 'arn:aws:sqs:eu-west-1:1:orders', 'arn:aws:sqs:eu-west-1:1:orders'],
  [
    'lambda',
    'arn:aws:lambda:eu-west-1:123456789012:function:bill:live',
    'arn:aws:lambda:eu-west-1:123456789012:function:bill',
  ],
  [
    'lambda',
    'arn:aws:lambda:eu-west-1:123456789012:function:bill',
    'arn:aws:lambda:eu-west-1:123456789012:function:bill',
  ],
  ['http', 'http://Hooks.example.org:8080/secret', 'dns:hooks.example.org'],
])('a subscription by %s to %s has the target %s', (protocol, endpoint, key) => {
  expect(subscriptionTarget(protocol, endpoint)?.key ?? null).toBe(key);
});
