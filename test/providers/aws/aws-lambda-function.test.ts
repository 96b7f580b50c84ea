import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  LambdaClient,
  ListFunctionsCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-lambda-function.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type ComputeNetwork, createRole, seedComputeNetwork } from './seed-compute.ts';

const DATABASE = `orders.abc.${REGION}.rds.amazonaws.com`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;

let moto: Moto;
let network: ComputeNetwork;
let role = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  network = await seedComputeNetwork();
  role = await createRole('orders', 'lambda.amazonaws.com');
  const lambda = new LambdaClient({});
  const create = (name: string, rest: Partial<CreateFunctionCommandInput>) =>
    lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: Buffer.from('exports.handler = () => {};') },
        ...rest,
      }),
    );
  await create('hello', {});
  await create('orders-prod', {
    MemorySize: 512,
    Timeout: 30,
    Tags: { team: 'payments' },
    VpcConfig: { SubnetIds: network.subnet_ids, SecurityGroupIds: [network.group_id] },
    Environment: {
      Variables: {
        DB_PASSWORD: 'hunter2',
        DATABASE_URL: `postgres://app:hunter2@${DATABASE}:5432/orders`,
        QUEUE_URL: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/orders`,
      },
    },
  });
  // A version of it is no function of its own.
  await lambda.send(new PublishVersionCommand({ FunctionName: 'orders-prod' }));
});
afterAll(() => moto?.close());

async function orders() {
  return (await listAll(resourceType)).find(({ item }) => item.name === 'orders-prod');
}

test('every function is found once, with its settings and tags', async () => {
  const { Functions } = await new LambdaClient({}).send(new ListFunctionsCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (Functions ?? []).map(({ FunctionArn }) => FunctionArn).sort(),
  );
  expect(listed.map(({ item }) => item.name).sort()).toEqual(['hello', 'orders-prod']);
  expect((await orders())?.item).toMatchObject({
    ci_type: 'function',
    status: 'active',
    region: REGION,
    team: 'payments',
    environment: 'production',
    external_id: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders-prod`,
    attributes: {
      runtime: 'nodejs22.x',
      memory_mb: 512,
      timeout_seconds: 30,
      subnet_ids: network.subnet_ids.toSorted(),
      configured_hosts: [DATABASE],
      configured_resources: [QUEUE],
      denied_reads: [],
    },
  });
});

test('a function depends on what its environment names, and refers to what it stands on', async () => {
  const found = await orders();
  expect(found?.references.map(({ relation, key }) => [relation, key])).toEqual(
    expect.arrayContaining([
      ['in_subnet', `aws:${network.subnet_ids[0]}`],
      ['in_subnet', `aws:${network.subnet_ids[1]}`],
      ['guarded_by', `aws:${network.group_id}`],
      ['acts_as', role],
      ['configured_with', QUEUE],
      ['configured_with', `dns:${DATABASE}`],
    ]),
  );
  const subnets = found?.references.filter(({ relation }) => relation === 'in_subnet');
  expect(new Set(subnets?.map(({ redundancy_group }) => redundancy_group)).size).toBe(1);
});

test('a function outside of any VPC is in its account', async () => {
  const hello = (await listAll(resourceType)).find(({ item }) => item.name === 'hello');
  expect(hello?.references.map(({ relation, key }) => [relation, key])).toEqual([
    ['in_account', `aws:${ACCOUNT}`],
    ['acts_as', role],
  ]);
});

test('the values of variables do not leave the listing', async () => {
  const page: string[] = [];
  const spied = {
    ...resourceType,
    listPage: async (...args: Parameters<typeof resourceType.listPage>) => {
      const listed = await resourceType.listPage(...args);
      page.push(JSON.stringify(listed));
      return listed;
    },
  };
  await listAll(spied);
  expect(page.join()).toContain(DATABASE);
  expect(page.join()).not.toContain('hunter2');
});
