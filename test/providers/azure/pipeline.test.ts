import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../../model/discovery-workflow.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import type { DiscoveryResult } from '../../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { type AzureEstate, startAzureEstate } from './azure-estate.ts';

let estate: AzureEstate;
let pipeline: Pipeline;

beforeAll(async () => {
  estate = await startAzureEstate({ resources: 200, page_size: 20 });
  pipeline = await startPipeline(await loadRegistry());
}, 300_000);
afterAll(async () => {
  await pipeline?.close();
  await estate?.close();
});

async function discover(): Promise<DiscoveryResult> {
  return pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [{ providers: ['azure'] }],
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

test('what Azure has arrives with its relationships, a second run writes nothing, and what is refused stays', async () => {
  const { run_id, status } = await discover();
  const slices = await listRunSlices(pipeline.db, run_id, 1000);
  expect(slices.length).toBe((await loadRegistry()).get('azure')?.resourceTypes.size);
  expect(slices.filter(({ state }) => state !== 'complete')).toEqual([]);
  expect(status).toBe('completed');

  const { rows } = await sql<{ edge: string }>`
    select distinct s.resource_type || ' ' || r.relationship_type || ' ' || t.resource_type as edge
    from relationships r
    join items s on s.ci_id = r.source_ci_id
    join items t on t.ci_id = r.target_ci_id
  `.execute(pipeline.db);
  expect(rows.map(({ edge }) => edge)).toEqual(
    expect.arrayContaining([
      'azure_aks_agent_pool part_of azure_aks_cluster',
      'azure_load_balancer depends_on azure_network_interface',
      'azure_load_balancer depends_on azure_vm_scale_set_instance',
      'azure_private_endpoint connects_to azure_sql_server',
      'azure_sql_database hosted_on azure_sql_server',
      'azure_virtual_machine part_of azure_subnet',
      'azure_virtual_machine part_of azure_virtual_network',
      'azure_virtual_machine uses azure_disk',
      'azure_virtual_machine uses azure_network_interface',
      'azure_virtual_machine uses azure_network_security_group',
      'azure_vm_scale_set part_of azure_aks_agent_pool',
      'azure_vm_scale_set_instance managed_by azure_vm_scale_set',
      'azure_web_app hosted_on azure_app_service_plan',
    ]),
  );

  const before = await written();
  expect(before.length).toBeGreaterThan(200);
  expect((await discover()).status).toBe(status);
  expect(await written()).toEqual(before);

  await estate.setFaults({ denied: [{ operation: 'Microsoft.Compute/*' }] });
  const refused = await discover();
  expect(refused.status).toBe('completed_with_errors');
  const denied = (await listRunSlices(pipeline.db, refused.run_id, 1000)).filter(
    ({ state }) => state === 'denied',
  );
  expect(denied.map(({ resource_type }) => resource_type).sort()).toEqual([
    'azure_availability_set',
    'azure_disk',
    'azure_snapshot',
    'azure_virtual_machine',
    'azure_vm_scale_set',
    'azure_vm_scale_set_instance',
  ]);
  const { rows: gone } = await sql`
    select ci_id from items where missing_since is not null or body->>'status' = 'retired'
  `.execute(pipeline.db);
  expect(gone).toEqual([]);
}, 180_000);
