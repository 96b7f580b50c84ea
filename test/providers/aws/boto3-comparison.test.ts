import { randomUUID } from 'node:crypto';
import { EC2Client, paginateDescribeSubnets, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../../model/discovery-workflow.ts';
import { ciId } from '../../../model/identity.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import type { DiscoveryResult } from '../../../workflows/discover-infrastructure.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { typesNotEmulated } from '../fixture-files.ts';
import { ACCOUNT, REGION, startMotoEstate } from './moto-estate.ts';
import { seedData } from './seed-data.ts';
import { seedEdge } from './seed-edge.ts';
import { OTHER_REGION, seedMoto } from './seed-moto.ts';
import { seedTraffic } from './seed-traffic.ts';

const INSTANCES = 1_000;
const INSTANCES_A_CALL = 100;
const REGIONS = [REGION, OTHER_REGION];
const NOT_IN_MOTO = new Set(await typesNotEmulated('aws'));

interface Inventory {
  items: Record<string, string[]>;
  edges: Record<string, Array<[string, string]>>;
}

let moto: Moto;
let pipeline: Pipeline;
let inventory: Inventory;

beforeAll(async () => {
  moto = await startMotoEstate();
  const network = (await seedMoto()).get(REGION);
  if (!network) throw new Error(`${REGION} has no network`);
  await seedEdge(network);
  await seedTraffic(network);
  await seedData(network);
  for (const region of REGIONS) await runInstances(region, INSTANCES / REGIONS.length);
  const script = new URL('./boto3_inventory.py', import.meta.url).pathname;
  inventory = JSON.parse(await moto.runPython([script, ACCOUNT, REGIONS.join(',')]));
  pipeline = await startPipeline(await loadRegistry());
}, 300_000);
afterAll(async () => {
  await pipeline?.close();
  await moto?.close();
});

async function runInstances(region: string, count: number): Promise<void> {
  const ec2 = new EC2Client({ region });
  const subnets: string[] = [];
  for await (const page of paginateDescribeSubnets({ client: ec2 }, {})) {
    subnets.push(...(page.Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []));
  }
  for (let made = 0; made < count; made += INSTANCES_A_CALL) {
    await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        InstanceType: 't3.micro',
        SubnetId: subnets[(made / INSTANCES_A_CALL) % subnets.length],
        MinCount: INSTANCES_A_CALL,
        MaxCount: INSTANCES_A_CALL,
      }),
    );
  }
}

async function discover(): Promise<DiscoveryResult> {
  const request = { providers: ['aws'], regions: ['global', ...REGIONS] };
  return pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [request],
  });
}

function idOf(resource_type: string, native_id: string): string {
  return ciId({ provider: 'aws', account: ACCOUNT, resource_type, native_id });
}

/** Every row that a discovery may write, with the transaction that wrote it last, in one hash. */
async function written(): Promise<unknown> {
  const { rows } = await sql`
    select count(*), md5(string_agg(row::text, ' ' order by row::text)) as hash from (
      select ci_id, xmin::text from items
      union all select ci_id, xmin::text from item_versions
      union all select relationship_id, xmin::text from relationships
    ) row
  `.execute(pipeline.db);
  return rows[0];
}

/** What was given a second version: which field, from what to what. */
async function changedSince(): Promise<unknown[]> {
  const { rows } = await sql`
    select resource_type, name, changes from items where version > 1 order by resource_type, name
  `.execute(pipeline.db);
  return rows;
}

async function graphWrites(): Promise<unknown> {
  const { records } = await pipeline.graph.read(
    `MATCH (ci:ConfigurationItem) OPTIONAL MATCH (ci)-[edge]->()
     RETURN count(DISTINCT ci) AS nodes, count(edge) AS edges, max(ci.updated_at) AS updated`,
    {},
  );
  return records[0]?.toObject();
}

test('everything that boto3 lists is found, each relation too, and a second run writes nothing', async () => {
  const { run_id } = await discover();
  const slices = await listRunSlices(pipeline.db, run_id, 1000);
  const unfinished = slices.filter(({ state }) => state !== 'complete');
  expect(new Set(unfinished.map(({ resource_type }) => resource_type))).toEqual(NOT_IN_MOTO);
  expect(inventory.items.aws_ec2_instance?.length).toBeGreaterThan(INSTANCES);

  const { rows } = await sql<{ resource_type: string; ids: string[] }>`
    select resource_type, array_agg(ci_id::text) as ids from items group by resource_type
  `.execute(pipeline.db);
  const found = new Map(rows.map(({ resource_type, ids }) => [resource_type, new Set(ids)]));
  for (const [type, nativeIds] of Object.entries(inventory.items)) {
    const expected = new Set(nativeIds.map((nativeId) => idOf(type, nativeId)));
    expect([type, found.get(type)]).toEqual([type, expected]);
  }

  const edges = await sql<{ edge: string; pairs: string[] }>`
    select s.resource_type || ' ' || r.relationship_type || ' ' || t.resource_type as edge,
      array_agg(distinct r.source_ci_id || ' ' || r.target_ci_id) as pairs
    from relationships r
    join items s on s.ci_id = r.source_ci_id
    join items t on t.ci_id = r.target_ci_id
    where r.valid_to is null group by edge
  `.execute(pipeline.db);
  const related = new Map(edges.rows.map(({ edge, pairs }) => [edge, new Set(pairs)]));
  for (const [edge, pairs] of Object.entries(inventory.edges)) {
    const [source = '', , target = ''] = edge.split(' ');
    const expected = pairs.map(([from, to]) => `${idOf(source, from)} ${idOf(target, to)}`);
    expect([edge, related.get(edge)]).toEqual([edge, new Set(expected)]);
  }

  const [rowsBefore, graphBefore] = [await written(), await graphWrites()];
  await discover();
  expect(await changedSince()).toEqual([]);
  expect(await written()).toEqual(rowsBefore);
  expect(await graphWrites()).toEqual(graphBefore);
}, 300_000);
