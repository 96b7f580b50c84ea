import {
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resourceType as instance } from '../../../providers/aws/resources/aws-ec2-instance.ts';
import { resourceType as cluster } from '../../../providers/aws/resources/aws-ecs-cluster.ts';
import { resourceType as container } from '../../../providers/aws/resources/aws-ecs-container.ts';
import { resourceType as service } from '../../../providers/aws/resources/aws-ecs-service.ts';
import { resourceType as task } from '../../../providers/aws/resources/aws-ecs-task.ts';
import { resourceType as networkInterface } from '../../../providers/aws/resources/aws-network-interface.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { DATABASE, type EcsEstate, QUEUE, seedEcs } from './seed-ecs.ts';

const CLUSTERS = ['shop-prod', 'batch'];

let moto: Moto;
let estate: EcsEstate;

beforeAll(async () => {
  moto = await startMotoEstate();
  estate = await seedEcs(moto.url);
});
afterAll(() => moto?.close());

const ids = (listed: readonly Listed[]) => listed.map(({ native_id }) => native_id).sort();
const relations = (one: Listed | undefined) =>
  one?.references.map(({ relation, key }) => [relation, key]);
const ofCluster = (listed: readonly Listed[], name: string) =>
  listed.find(({ item }) => item.attributes.cluster === name);

async function taskArns(): Promise<string[]> {
  const ecs = new ECSClient({});
  const arns: string[] = [];
  for (const name of CLUSTERS) {
    arns.push(...((await ecs.send(new ListTasksCommand({ cluster: name }))).taskArns ?? []));
  }
  return arns.sort();
}

describe('ECS clusters', () => {
  test('are all found, with tags and settings', async () => {
    const { clusterArns } = await new ECSClient({}).send(new ListClustersCommand({}));
    const listed = await listAll(cluster);
    expect(ids(listed)).toEqual([...(clusterArns ?? [])].sort());
    expect(listed.find(({ item }) => item.name === 'shop-prod')?.item).toMatchObject({
      ci_type: 'resource_group',
      status: 'active',
      environment: 'production',
      team: 'storefront',
      region: REGION,
      attributes: { capacity_providers: ['FARGATE'], container_insights: 'enabled' },
    });
  });

  test('run on the groups behind their capacity providers', async () => {
    const batch = (await listAll(cluster)).find(({ item }) => item.name === 'batch');
    expect(relations(batch)).toEqual([
      ['in_account', `aws:${ACCOUNT}`],
      ['runs_on', estate.group_arn],
    ]);
  });
});

describe('ECS services', () => {
  test('are all found, with what their task definition says', async () => {
    const { serviceArns } = await new ECSClient({}).send(
      new ListServicesCommand({ cluster: 'shop-prod' }),
    );
    const listed = await listAll(service);
    expect(ids(listed)).toEqual([...(serviceArns ?? [])].sort());
    expect(listed[0]?.item).toMatchObject({
      ci_type: 'microservice',
      name: 'orders',
      status: 'active',
      environment: 'production',
      team: 'payments',
      attributes: {
        cluster: 'shop-prod',
        desired_count: 2,
        launch_type: 'FARGATE',
        task_definition: 'orders:1',
        images: ['example/orders:7'],
        network_mode: 'awsvpc',
        cpu_units: 512,
        memory_mb: 1024,
        vpc_id: estate.network.vpc_id,
        configured_hosts: [DATABASE],
        configured_resources: [QUEUE],
        denied_reads: [],
      },
    });
  });

  test('depend on what their containers are told, and stand in their network', async () => {
    const [orders] = await listAll(service);
    const clusters = (await listAll(cluster)).flatMap(({ keys }) => keys);
    expect(relations(orders)).toEqual(
      expect.arrayContaining([
        ['in_vpc', `aws:${estate.network.vpc_id}`],
        ...estate.network.subnet_ids.map((id) => ['in_subnet', `aws:${id}`]),
        ['guarded_by', `aws:${estate.network.group_id}`],
        ['registers_with', estate.target_group_arn],
        ['acts_as', estate.role],
        ['configured_with', QUEUE],
        ['configured_with', `dns:${DATABASE}`],
      ]),
    );
    const inCluster = orders?.references.find(({ relation }) => relation === 'in_cluster');
    expect(clusters).toContain(inCluster?.key);
  });
});

describe('ECS tasks', () => {
  test('of every cluster are found', async () => {
    const listed = await listAll(task);
    expect(listed).toHaveLength(2);
    expect(ids(listed)).toEqual(await taskArns());
    expect(ofCluster(listed, 'shop-prod')?.item).toMatchObject({
      status: 'active',
      environment: 'production',
      ip_address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      attributes: { service: 'orders', task_definition: 'orders:1', containers: ['app'] },
    });
  });

  test('stand in for each other in their service, and have interfaces of their own', async () => {
    const found = ofCluster(await listAll(task), 'shop-prod');
    const [orders] = await listAll(service);
    const run = found?.references.find(({ relation }) => relation === 'run_by');
    expect(orders?.keys).toContain(run?.key);
    expect(run).toMatchObject({ redundancy_group: run?.key, min_up: 1 });
    expect(task.relations.run_by.spread).toBe('reverse');
    const interfaces = (await listAll(networkInterface)).flatMap(({ keys }) => keys);
    const own = found?.references.find(({ relation }) => relation === 'has_interface');
    expect(interfaces).toContain(own?.key);
  });

  test('run on the instance behind their container instance', async () => {
    const found = ofCluster(await listAll(task), 'batch');
    const instances = new Map(
      (await listAll(instance)).flatMap(({ item, keys }) => keys.map((key) => [key, item.name])),
    );
    const host = found?.references.find(({ relation }) => relation === 'runs_on');
    expect(instances.get(host?.key ?? '')).toBe(estate.instance_id);
    expect(found?.references.some(({ relation }) => relation === 'run_by')).toBe(false);
  });
});

test('a task depends on what it is told itself only where no service tells it', async () => {
  const listed = await listAll(task);
  const told = (name: string) =>
    relations(ofCluster(listed, name))?.filter(([relation]) =>
      /^(acts_as|configured_with)$/.test(relation ?? ''),
    );
  expect(told('batch')).toEqual([
    ['acts_as', estate.role],
    ['configured_with', `dns:${DATABASE}`],
  ]);
  expect(told('shop-prod')).toEqual([]);
});

test('the containers of every task are found, each a part of its task', async () => {
  const ecs = new ECSClient({});
  const expected: string[] = [];
  for (const name of CLUSTERS) {
    const { taskArns: tasks } = await ecs.send(new ListTasksCommand({ cluster: name }));
    const answer = await ecs.send(new DescribeTasksCommand({ cluster: name, tasks }));
    for (const { taskArn, containers } of answer.tasks ?? []) {
      expected.push(...(containers ?? []).map((one) => `${taskArn}/${one.name}`));
    }
  }
  const listed = await listAll(container);
  expect(expected.length).toBeGreaterThan(0);
  expect(ids(listed)).toEqual(expected.sort());
  const tasks = (await listAll(task)).flatMap(({ keys }) => keys);
  for (const { references, item } of listed) {
    expect(item.ci_type).toBe('container');
    expect(references.map(({ relation }) => relation)).toEqual(['in_task']);
    expect(tasks).toContain(references[0]?.key);
  }
});

test('no variable of a definition, nor one that a run overrides, leaves the listings', async () => {
  const listed = [await listAll(service), await listAll(task), await listAll(container)];
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});
