import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../../model/discovery-workflow.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import type { DiscoveryResult } from '../../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { PROJECT } from './listing.ts';

let synthetic: Synthetic;
let pipeline: Pipeline;

beforeAll(async () => {
  synthetic = await startSynthetic({ gcp: { resources: 200, page_size: 5 } });
  // The registry's provider reads the environment of the process.
  process.env.CMDB_GCP_ENDPOINT_URL = synthetic.url;
  process.env.GOOGLE_CLOUD_PROJECT = PROJECT;
  pipeline = await startPipeline(await loadRegistry());
}, 300_000);
afterAll(async () => {
  delete process.env.CMDB_GCP_ENDPOINT_URL;
  delete process.env.GOOGLE_CLOUD_PROJECT;
  await pipeline?.close();
  await synthetic?.[Symbol.asyncDispose]();
});

async function discover(resource_types?: string[]): Promise<DiscoveryResult> {
  return pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [{ providers: ['gcp'], ...(resource_types && { resource_types }) }],
  });
}

/** Every row that a discovery may write, and the transaction that wrote it last. */
async function written(): Promise<unknown[]> {
  const { rows } = await sql`
    select 'item' as kind, ci_id, xmin::text as written from items
    union all select 'version', ci_id, xmin::text from item_versions
    union all select 'reference', reference_id, xmin::text from item_references
    union all select 'edge', relationship_id, xmin::text from relationships
    order by kind, ci_id, written
  `.execute(pipeline.db);
  return rows;
}

test('what GCP has arrives with its relationships, and a second run writes nothing', async () => {
  const { run_id, status } = await discover();
  const slices = await listRunSlices(pipeline.db, run_id, 1000);
  expect(slices.filter(({ state }) => state !== 'complete')).toEqual([]);
  expect(slices.length).toBe((await loadRegistry()).get('gcp')?.resourceTypes.size);
  expect(status).toBe('completed');

  const { rows } = await sql<{ edge: string }>`
    select distinct s.resource_type || ' ' || r.relationship_type || ' ' || t.resource_type as edge
    from relationships r
    join items s on s.ci_id = r.source_ci_id
    join items t on t.ci_id = r.target_ci_id
  `.execute(pipeline.db);
  expect(rows.map(({ edge }) => edge)).toEqual(
    expect.arrayContaining([
      'gcp_compute_backend_service depends_on gcp_compute_instance_group',
      'gcp_compute_backend_service depends_on gcp_compute_network_endpoint_group',
      'gcp_compute_forwarding_rule depends_on gcp_compute_target_proxy',
      'gcp_compute_instance part_of gcp_compute_network',
      'gcp_compute_instance part_of gcp_compute_subnetwork',
      'gcp_compute_instance uses gcp_compute_disk',
      'gcp_compute_instance uses gcp_compute_firewall',
      // Told by the manager, for the group.
      'gcp_compute_instance_group managed_by gcp_compute_instance_group_manager',
      'gcp_compute_instance_group depends_on gcp_compute_instance',
      'gcp_compute_network part_of gcp_project',
      'gcp_compute_target_proxy depends_on gcp_compute_url_map',
      'gcp_compute_url_map depends_on gcp_compute_backend_bucket',
      'gcp_compute_url_map depends_on gcp_compute_backend_service',
      'gcp_function runs_on gcp_run_service',
      'gcp_gke_node_pool depends_on gcp_compute_instance_group',
      'gcp_gke_node_pool part_of gcp_gke_cluster',
      'gcp_run_service depends_on gcp_sql_instance',
      'gcp_sql_instance depends_on gcp_sql_instance',
    ]),
  );

  const before = await written();
  expect(before.length).toBeGreaterThan(100);
  expect((await discover()).status).toBe(status);
  expect(await written()).toEqual(before);
}, 180_000);

test('what is denied or fails in mid-list ends so, retires nothing, and stops no other', async () => {
  await synthetic.setFaults({
    denied: [{ operation: 'compute.disks.list' }],
    failed_in_mid_list: [{ operation: 'compute.addresses.list' }],
    throttle_every: 7,
    retry_after_s: 0,
  });
  const types = ['gcp_compute_address', 'gcp_compute_disk', 'gcp_compute_firewall'];
  const { run_id, status } = await discover(types);
  await synthetic.setFaults({});
  expect(status).toBe('completed_with_errors');
  const slices = await listRunSlices(pipeline.db, run_id, 1000);
  const ended = slices.map(({ resource_type, state, missing_permission }) => [
    resource_type,
    state,
    missing_permission,
  ]);
  expect(ended.sort()).toEqual([
    ['gcp_compute_address', 'failed', null],
    ['gcp_compute_disk', 'denied', 'compute.disks.list'],
    ['gcp_compute_firewall', 'complete', null],
  ]);
  const { rows } = await sql`
    select ci_id from items where missing_since is not null
  `.execute(pipeline.db);
  expect(rows).toEqual([]);
}, 300_000);
