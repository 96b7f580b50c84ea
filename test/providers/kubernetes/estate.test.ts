import { beforeAll, describe, expect, test } from '@jest/globals';
import type { observedItemSchema } from '../../../model/configuration-item.ts';
import type { AnyResourceType, Reference } from '../../../model/resource-type.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import { itemOf } from '../../support/item-of.ts';
import { CLUSTER_UID, listAll, SCOPE, startReplay } from './replay.ts';

interface Found {
  item: ReturnType<typeof observedItemSchema.parse>;
  references: readonly Reference[];
}

/** What is made of the recorded answers, by native id without the cluster's part. */
const found = new Map<string, Found>();

beforeAll(async () => {
  await using replay = await startReplay();
  const types = (await loadRegistry()).get('kubernetes')?.resourceTypes.values() ?? [];
  for (const type of types) for (const raw of await listAll(type, replay)) note(type, raw);
});

function note(type: AnyResourceType, raw: unknown): void {
  const record = type.record.parse(raw);
  const id = type.nativeId(raw, SCOPE)?.replace(`k8s:${CLUSTER_UID}`, '') ?? '';
  found.set(id, {
    item: itemOf(type, record, SCOPE),
    references: type.references(record, SCOPE),
  });
}

function of(id: string): Found {
  const one = found.get(id);
  if (!one) throw new Error(`${id} was not found among ${[...found.keys()].join(' ')}`);
  return one;
}

/** `relation key`, the cluster's part left out. */
function edges(id: string): string[] {
  return of(id)
    .references.map(({ relation, key }) => `${relation} ${key.replace(`k8s:${CLUSTER_UID}`, '')}`)
    .sort();
}

test('the cluster has every field of the contract', () => {
  expect(of('').item).toMatchObject({
    ci_type: 'kubernetes_cluster',
    name: 'prod-eu',
    environment: 'production',
    environment_source: 'name:prod-eu',
    region: 'eu-west-1',
    k8s_version: 'v1.34.4',
    cluster_endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    node_count: 2,
    master_count: 1,
    worker_count: 1,
    total_cpu_cores: 5,
    total_memory_gb: 23.668,
    network_plugin: 'calico',
    service_cidr: '10.96.0.0/16',
    pod_cidr: '10.244.0.0/16',
    autoscaling_enabled: true,
    monitoring_enabled: true,
    logging_enabled: true,
    attributes: {
      platform: 'aws',
      autoscalers: ['cluster-autoscaler', 'horizontal-pod-autoscaler'],
      monitoring: ['prometheus'],
      logging: ['fluent-bit'],
      denied_reads: [],
    },
  });
});

test('a node is found with its capacity, place and machine', () => {
  const { item } = of('/Node/ip-10-0-0-7');
  expect(item).toMatchObject({
    status: 'active',
    region: 'eu-west-1',
    availability_zone: 'eu-west-1a',
    ip_address: '10.0.0.7',
    team: 'platform',
    attributes: { cpu_cores: 2, memory_gb: 7.668, allocatable_cpu_cores: 1.93, roles: ['worker'] },
  });
  expect(edges('/Node/ip-10-0-0-7')).toEqual(['hosted_on aws:i-0aaaaaaaaaaaaaaa1', 'in_cluster ']);
  expect(of('/Node/control-1').item).toMatchObject({
    status: 'under_maintenance',
    attributes: {
      cpu_cores: 3.92,
      memory_gb: 16,
      conditions: ['MemoryPressure=True', 'Ready=Unknown'],
    },
  });
});

test('a pod leads to its node, controller, claims, account, and what it is configured with', () => {
  expect(edges('/Pod/shop-prod/web-7d4b9c-x2x2x')).toEqual([
    'acts_as /ServiceAccount/shop-prod/web',
    'in_namespace /Namespace/shop-prod',
    'managed_by /Deployment/shop-prod/web',
    'runs_on /Node/ip-10-0-0-7',
    'talks_to /Service/billing/payments',
    'talks_to /Service/shop-prod/cache',
    'talks_to dns:orders.abc.eu-west-1.rds.amazonaws.com',
    'talks_to ip:public/8.8.8.8',
    'uses_claim /PersistentVolumeClaim/shop-prod/data',
    'uses_claim /PersistentVolumeClaim/shop-prod/web-7d4b9c-x2x2x-scratch',
  ]);
  expect(of('/Pod/shop-prod/web-7d4b9c-x2x2x').item).toMatchObject({
    status: 'active',
    environment: 'production',
    environment_source: 'tag:env',
    ip_address: '10.244.1.5',
    hostname: 'ip-10-0-0-7',
    attributes: {
      controller: 'Deployment/web',
      restart_count: 3,
      cpu_request_cores: 0.3,
      memory_request_gb: 0.313,
      memory_limit_gb: 0.5,
    },
  });
});

test('the pods of a Service, and of a controller, stand in for each other', () => {
  const service = of('/Service/shop-prod/web').references.filter(
    ({ relation }) => relation === 'served_by',
  );
  const group = `k8s:${CLUSTER_UID}/Service/shop-prod/web`;
  expect(service).toEqual(
    ['web-7d4b9c-x2x2x', 'web-7d4b9c-y3y3y'].map((name) => ({
      relation: 'served_by',
      key: `k8s:${CLUSTER_UID}/Pod/shop-prod/${name}`,
      redundancy_group: group,
      min_up: 1,
    })),
  );
  const deployment = `k8s:${CLUSTER_UID}/Deployment/shop-prod/web`;
  expect(of('/Pod/shop-prod/web-7d4b9c-y3y3y').references).toContainEqual({
    relation: 'managed_by',
    key: deployment,
    redundancy_group: deployment,
    min_up: 1,
  });
});

describe('relations', () => {
  test.each([
    [
      '/Pod/shop-prod/clean-done',
      ['in_namespace /Namespace/shop-prod', 'managed_by /CronJob/shop-prod/clean'],
    ],
    ['/Pod/shop-prod/by-hand', ['in_namespace /Namespace/shop-prod']],
    ['/Container/shop-prod/web-7d4b9c-x2x2x/proxy', ['in_pod /Pod/shop-prod/web-7d4b9c-x2x2x']],
    [
      '/Service/shop-prod/orders-db',
      [
        'in_namespace /Namespace/shop-prod',
        'stands_for dns:orders.abc.eu-west-1.rds.amazonaws.com',
      ],
    ],
    [
      '/Ingress/shop-prod/web',
      [
        'behind dns:a1b2.elb.eu-west-1.amazonaws.com',
        'in_namespace /Namespace/shop-prod',
        'leads_to /Service/shop-prod/web',
      ],
    ],
    [
      '/HTTPRoute/shop-prod/web',
      [
        'in_namespace /Namespace/shop-prod',
        'leads_to /Service/shop-prod/queue',
        'leads_to /Service/shop-prod/web',
      ],
    ],
    ['/PersistentVolume/pvc-1', ['in_cluster ', 'stored_on aws:vol-0aaaaaaaaaaaaaaa1']],
    [
      '/PersistentVolumeClaim/shop-prod/data',
      ['bound_to /PersistentVolume/pvc-1', 'in_namespace /Namespace/shop-prod'],
    ],
    [
      '/HorizontalPodAutoscaler/shop-prod/web',
      ['in_namespace /Namespace/shop-prod', 'scales /Deployment/shop-prod/web'],
    ],
    [
      '/ServiceAccount/shop-prod/web',
      ['in_namespace /Namespace/shop-prod', 'lent_role arn:aws:iam::111111111111:role/web'],
    ],
    ['/Application/shop-prod/store', ['in_namespace /Namespace/shop-prod']],
    ['/Namespace/shop-prod', ['in_cluster ']],
  ])('of %s', (id, expected) => expect(edges(id)).toEqual(expected));

  test.each([
    'Deployment/shop-prod/web',
    'StatefulSet/shop-prod/queue',
    'CronJob/shop-prod/clean',
    'Job/shop-prod/clean-29000000',
  ])('of the workload %s', (id) =>
    expect(edges(`/${id}`)).toEqual(
      expect.arrayContaining([
        'in_application /Application/shop-prod/store',
        'in_namespace /Namespace/shop-prod',
        'talks_to dns:orders.abc.eu-west-1.rds.amazonaws.com',
      ]),
    ),
  );
});

describe('statuses', () => {
  test.each([
    ['/Pod/shop-prod/web-7d4b9c-y3y3y', 'failed'],
    ['/Pod/shop-prod/clean-done', 'inactive'],
    ['/Pod/shop-prod/by-hand', 'planned'],
    ['/Container/shop-prod/web-7d4b9c-x2x2x/web', 'active'],
    ['/Container/shop-prod/web-7d4b9c-y3y3y/web', 'failed'],
    ['/Container/shop-prod/clean-done/clean', 'failed'],
    ['/Container/shop-prod/by-hand/shell', 'planned'],
    ['/Deployment/shop-prod/web', 'active'],
    ['/Deployment/shop-prod/off', 'inactive'],
    ['/Deployment/shop-prod/down', 'failed'],
    ['/StatefulSet/shop-prod/queue', 'active'],
    ['/StatefulSet/monitoring/prometheus-main', 'failed'],
    ['/DaemonSet/shop-prod/agent', 'active'],
    ['/DaemonSet/monitoring/calico-node', 'inactive'],
    ['/Job/shop-prod/clean-29000000', 'inactive'],
    ['/CronJob/shop-prod/clean', 'active'],
    ['/HTTPRoute/shop-prod/web', 'active'],
    ['/PersistentVolume/pvc-1', 'active'],
    ['/PersistentVolumeClaim/shop-prod/data', 'active'],
    ['/HorizontalPodAutoscaler/shop-prod/web', 'active'],
  ])('%s is %s', (id, status) => expect(of(id).item.status).toBe(status));
});

test('an init container that has ended is no container, a sidecar is one', () => {
  const containers = [...found.keys()].filter((id) => id.includes('web-7d4b9c-x2x2x/'));
  expect(containers).toEqual([
    '/Container/shop-prod/web-7d4b9c-x2x2x/web',
    '/Container/shop-prod/web-7d4b9c-x2x2x/proxy',
  ]);
});

test('what a policy lets through is shown as people write it', () => {
  expect(of('/NetworkPolicy/shop-prod/web').item.attributes).toMatchObject({
    pods: 'app=web',
    directions: ['egress', 'ingress'],
    ingress: [{ peers: ['10.0.0.0/8 not 10.9.0.0/16', 'pods app=proxy'], ports: ['tcp/8080'] }],
    egress: [{ peers: ['namespaces stage In (prod,test)'], ports: [] }],
  });
});

test('the environment comes from labels, then from the namespace, then from the cluster', () => {
  const told = (id: string) => of(id).item.environment_source;
  expect(told('/Deployment/shop-prod/web')).toBe('tag:env');
  expect(told('/Deployment/shop-prod/down')).toBe('name:shop-prod');
  expect(told('/Namespace/shop-prod')).toBe('tag:stage');
  expect(told('/Namespace/billing')).toBe('name:prod-eu');
});
