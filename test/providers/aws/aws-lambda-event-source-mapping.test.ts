import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-lambda-event-source-mapping.ts';
import { resourceType as lambdaFunction } from '../../../providers/aws/resources/aws-lambda-function.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-lambda-event-source-mapping.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { createRole } from './seed-compute.ts';

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;
const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders-prod`;

let moto: Moto;

beforeAll(async () => {
  moto = await startMotoEstate();
  const lambda = new LambdaClient({});
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'orders-prod',
      Role: await createRole('orders', 'lambda.amazonaws.com'),
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: Buffer.from('exports.handler = () => {};') },
    }),
  );
  await new SQSClient({}).send(new CreateQueueCommand({ QueueName: 'orders' }));
  const { TableDescription } = await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
  const map = (EventSourceArn: string | undefined, Enabled: boolean) =>
    lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn,
        FunctionName: 'orders-prod',
        BatchSize: 10,
        Enabled,
        ...(EventSourceArn === QUEUE ? {} : { StartingPosition: 'LATEST' }),
      }),
    );
  await map(QUEUE, true);
  await map(TableDescription?.LatestStreamArn, false);
});
afterAll(() => moto?.close());

test('every mapping is found, with its source and state', async () => {
  const { EventSourceMappings } = await new LambdaClient({}).send(
    new ListEventSourceMappingsCommand({}),
  );
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (EventSourceMappings ?? []).map(({ EventSourceMappingArn }) => EventSourceMappingArn).sort(),
  );
  const bySource = new Map(listed.map(({ item }) => [item.attributes.source, item]));
  expect(bySource.get(QUEUE)).toMatchObject({
    display_name: 'orders-prod',
    status: 'active',
    environment: 'production',
    attributes: { batch_size: 10, source_service: 'sqs', state: 'Enabled' },
  });
  expect(bySource.get(TABLE)).toMatchObject({
    status: 'inactive',
    attributes: { source_service: 'dynamodb', starting_position: 'LATEST' },
  });
});

test('a function depends on what a mapping reads for it, while it is on', async () => {
  const listed = await listAll(resourceType);
  const functions = (await listAll(lambdaFunction)).flatMap(({ keys }) => keys);
  expect(functions).toContain(FUNCTION);
  const received = listed
    .flatMap(({ references }) => references)
    .filter(({ relation }) => relation === 'receives_from');
  expect(received).toEqual([{ relation: 'receives_from', key: QUEUE, source_key: FUNCTION }]);
  const read = listed
    .flatMap(({ references }) => references)
    .flatMap(({ relation, key }) => (relation === 'reads' ? [key] : []));
  expect(read.sort()).toEqual([TABLE, QUEUE].sort());
});

test('brokers stand in for each other', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: REGION } as const;
  const kafka = records.find(({ SelfManagedEventSource }) => SelfManagedEventSource !== undefined);
  const references = resourceType.references(resourceType.record.parse(kafka), scope);
  const brokers = references.filter(({ relation }) => relation === 'reads');
  expect(brokers.map(({ key, min_up }) => [key, min_up])).toEqual([
    ['dns:kafka-1.example.com', 1],
    ['dns:kafka-2.example.com', 1],
  ]);
  expect(new Set(brokers.map(({ redundancy_group }) => redundancy_group)).size).toBe(1);
});
