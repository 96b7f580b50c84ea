import { randomUUID } from 'node:crypto';
import { CreateVolumeCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createWalkReader } from '../../api/read-walk.ts';
import { listRunSlices } from '../../db/postgres/get-run.ts';
import { postgresGroupReader } from '../../db/postgres/read-groups.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import { effectsOf } from '../../model/failure-effects.ts';
import type { AnyResourceType, Page } from '../../model/resource-type.ts';
import { loadRegistry } from '../../providers/registry.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { silent } from '../api/test-api.ts';
import { REGION, startMotoEstate } from '../providers/aws/moto-estate.ts';
import { type Kubernetes, startKubernetes } from '../support/emulators/kubernetes.ts';
import type { Moto } from '../support/emulators/moto.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { grantRoles, PARTIAL, READER } from './discovery-readers.ts';
import { largeEstate, NODES, PODS, podsOn, servicesOn } from './large-estate.ts';

const PODS_PATH = '/api/v1/namespaces/shop-prod/pods';
/** The pod that is deleted while it is being listed; it is on the first page. */
const GONE = 'web-0001';

let server: Kubernetes;
let moto: Moto;
let pipeline: Pipeline;
let instanceIds: string[];
/** What happens before a page of pods is listed, by its token. */
let beforePage: (token: string | null) => Promise<void> = async () => {};
const variable = process.env.KUBECONFIG;

beforeAll(async () => {
  server = await startKubernetes([READER, PARTIAL]);
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  const made = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: NODES, MaxCount: NODES }),
  );
  instanceIds = (made.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  const volume = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 8 }),
  );
  const [namespace, ...rest] = largeEstate(instanceIds, volume.VolumeId ?? '');
  await server.create(namespace ? [namespace] : []);
  await server.create(rest);
  await grantRoles(server);
  process.env.KUBECONFIG = await server.kubeconfig({ 'prod-eu': READER });
  pipeline = await startPipeline(await registryWithInterruption());
}, 1_800_000);

afterAll(async () => {
  if (variable === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = variable;
  await pipeline?.close();
  await moto?.close();
  await server?.close();
});

/** The real providers, with a place for a test to act between two pages of pods. */
async function registryWithInterruption() {
  const registry = await loadRegistry();
  const kubernetes = registry.get('kubernetes');
  const pods = kubernetes?.resourceTypes.get('kubernetes_pod');
  if (!kubernetes || !pods) throw new Error('there is no type for pods');
  const listPage: AnyResourceType['listPage'] = async (client, token, signal): Promise<Page> => {
    await beforePage(token);
    return pods.listPage(client, token, signal);
  };
  const resourceTypes = new Map(kubernetes.resourceTypes);
  resourceTypes.set(pods.name, { ...pods, listPage });
  return new Map(registry).set('kubernetes', { ...kubernetes, resourceTypes });
}

function discover(request: object): Promise<DiscoveryResult> {
  return pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [request],
  });
}

/** The slices of a run, by how they ended: `complete`, `denied`. */
async function slicesBy(runId: string) {
  const slices = await listRunSlices(pipeline.db, runId, 1000);
  return Map.groupBy(slices, ({ state }) => state);
}

async function namesOf(resourceType: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from items
    where resource_type = ${resourceType} and missing_since is null and retired_at is null
    order by name collate "C"
  `.execute(pipeline.db);
  return rows.map(({ name }) => name);
}

async function edgesOf(source: string, type: string, target: string): Promise<string[]> {
  const { rows } = await sql<{ edge: string }>`
    select source.name || ' ' || target.name as edge from relationships edge
    join items source on source.ci_id = edge.source_ci_id
    join items target on target.ci_id = edge.target_ci_id
    where edge.valid_to is null and edge.relationship_type = ${type}
      and source.resource_type = ${source} and target.resource_type = ${target}
  `.execute(pipeline.db);
  return rows.map(({ edge }) => edge).sort();
}

/** The names that the API server itself lists, in all namespaces. */
async function listedNames(path: string): Promise<string[]> {
  const { body } = await server.call('GET', path);
  return body.items.map((item: { metadata: { name: string } }) => item.metadata.name).sort();
}

test('5,000 pods on 50 nodes are discovered exactly, with the generated role', async () => {
  const { run_id } = await discover({
    providers: ['aws', 'kubernetes'],
    regions: ['global', REGION],
    resource_types: [
      'aws_ec2_instance',
      'aws_ebs_volume',
      ...((await loadRegistry()).get('kubernetes')?.resourceTypes.keys() ?? []),
    ],
  });
  const slices = await slicesBy(run_id);
  expect([...slices.keys()]).toEqual(['complete']);

  const pods = await listedNames('/api/v1/pods');
  expect(pods).toHaveLength(PODS);
  expect(await namesOf('kubernetes_pod')).toEqual(pods);
  expect(await namesOf('kubernetes_node')).toEqual(await listedNames('/api/v1/nodes'));
  expect(await namesOf('kubernetes_service')).toEqual(await listedNames('/api/v1/services'));
  expect(await namesOf('kubernetes_namespace')).toEqual(await listedNames('/api/v1/namespaces'));
  expect(await namesOf('kubernetes_container')).toHaveLength(PODS);
  expect(await namesOf('kubernetes_cluster')).toEqual(['prod-eu']);
  expect(await namesOf('kubernetes_application')).toEqual(['store']);
  const { rows } = await sql`
    select body->'node_count' as nodes, body->'total_cpu_cores' as cores,
      body->'total_memory_gb' as memory
    from items where resource_type = 'kubernetes_cluster'
  `.execute(pipeline.db);
  expect(rows).toEqual([{ nodes: NODES, cores: 4 * NODES, memory: 16 * NODES }]);
});

describe('relationships', () => {
  test('every node is hosted on its instance, found at AWS in the same run', async () => {
    expect(await edgesOf('kubernetes_node', 'hosted_on', 'aws_ec2_instance')).toEqual(
      instanceIds.map((id, node) => `node-${node} ${id}`).sort(),
    );
  });

  test('every pod runs on its node, and is its Deployment’s', async () => {
    const expected = Array.from({ length: NODES }, (_, node) =>
      podsOn(node).map((pod) => `${pod} node-${node}`),
    );
    expect(await edgesOf('kubernetes_pod', 'runs_on', 'kubernetes_node')).toEqual(
      expected.flat().sort(),
    );
    const managed = await edgesOf('kubernetes_pod', 'managed_by', 'kubernetes_deployment');
    expect(managed).toHaveLength(PODS);
  });

  test('a pod reaches the disk of the cloud beneath its volume', async () => {
    const pod = await edgesOf('kubernetes_pod', 'uses', 'kubernetes_persistent_volume_claim');
    expect(pod).toEqual(['web-0000 data']);
    expect(
      await edgesOf('kubernetes_persistent_volume_claim', 'uses', 'kubernetes_persistent_volume'),
    ).toEqual(['data pv-data']);
    const disk = await edgesOf('kubernetes_persistent_volume', 'uses', 'aws_ebs_volume');
    expect(disk).toHaveLength(1);
  });
});

test('the failure of a node takes down the Services that have no pod elsewhere, no others', async () => {
  const node = 7;
  const [failed] = await summaries(`node-${node}`);
  if (!failed) throw new Error('the node is not there');
  const { db, graph } = pipeline;
  const readWalk = createWalkReader({ db, graph, log: silent });
  const walk = await readWalk({
    ci_ids: [failed.ci_id],
    direction: 'impact',
    bounds: { depth: 3, max_items: 5_000 },
  });
  expect(walk.is_truncated).toBe(false);
  const effects = await effectsOf(walk, [failed.ci_id], postgresGroupReader(db));
  const named = (type: string, effect: string) =>
    walk.reached
      .filter(({ item }) => item.resource_type === type && effects.get(item.ci_id) === effect)
      .map(({ item }) => item.name)
      .sort();
  const { pinned, spread } = servicesOn(node);
  expect(named('kubernetes_service', 'outage')).toEqual(pinned.sort());
  expect(named('kubernetes_service', 'degraded')).toEqual(spread.sort());
  expect(named('kubernetes_pod', 'outage')).toEqual(podsOn(node).sort());
  expect(named('kubernetes_deployment', 'degraded')).toEqual(['web']);
});

async function summaries(name: string) {
  const { rows } = await sql<Record<string, unknown>>`
    select ci_id, ci_type, name, body->>'display_name' as display_name, status, environment,
      provider, account, region, resource_type
    from items where name = ${name} and resource_type = 'kubernetes_node'
  `.execute(pipeline.db);
  return rows.map((row) => itemSummarySchema.parse(row));
}

test('a listing that the server forgets half way begins again, and misses nothing', async () => {
  const tokens: Array<string | null> = [];
  beforePage = async (token) => {
    tokens.push(token);
    if (tokens.length !== 4) return;
    await server.call('DELETE', `${PODS_PATH}/${GONE}`, { gracePeriodSeconds: 0 });
    await server.create([{ path: PODS_PATH, object: newPod('web-new') }]);
    await server.compact();
  };
  const { run_id } = await discover({ resource_types: ['kubernetes_pod'] });
  beforePage = async () => {};
  const [slice] = await listRunSlices(pipeline.db, run_id, 10);
  expect(slice).toMatchObject({ state: 'complete', items: PODS, missing: 1 });
  // Three pages went well; the fourth was refused, and the first was asked for again.
  expect(tokens.indexOf(null, 1)).toBe(4);
  expect(tokens.filter((token) => token === null)).toHaveLength(2);
  expect(await namesOf('kubernetes_pod')).toEqual(await listedNames('/api/v1/pods'));
});

test('a pod that is gone leaves when a second complete listing has proven it', async () => {
  const before = await stateOf(GONE);
  expect(before).toEqual({ is_missing: true, is_retired: false });
  await discover({ resource_types: ['kubernetes_pod'] });
  expect(await stateOf(GONE)).toEqual({ is_missing: true, is_retired: true });
});

async function stateOf(pod: string) {
  const { rows } = await sql`
    select missing_since is not null as is_missing, retired_at is not null as is_retired
    from items where name = ${pod} and resource_type = 'kubernetes_pod'
  `.execute(pipeline.db);
  return rows[0];
}

test('what may not be listed is denied and named, and the rest goes on', async () => {
  process.env.KUBECONFIG = await server.kubeconfig({ 'prod-eu': PARTIAL });
  const { run_id, status } = await discover({ providers: ['kubernetes'] });
  expect(status).toBe('completed_with_errors');
  const slices = await slicesBy(run_id);
  expect([...slices.keys()].sort()).toEqual(['complete', 'denied']);
  const denied = slices.get('denied')?.map(({ resource_type, missing_permission }) => ({
    resource_type,
    missing_permission,
  }));
  expect(denied?.sort((a, b) => (a.resource_type < b.resource_type ? -1 : 1))).toEqual([
    { resource_type: 'kubernetes_container', missing_permission: 'core/pods:list' },
    { resource_type: 'kubernetes_pod', missing_permission: 'core/pods:list' },
  ]);
  expect(await namesOf('kubernetes_pod')).toHaveLength(PODS);
});

function newPod(name: string): object {
  return { metadata: { name }, spec: { containers: [{ name: 'web', image: 'web' }] } };
}
