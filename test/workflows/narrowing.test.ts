import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listCoverage } from '../../db/postgres/list-coverage.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import type { DiscoveryRequest } from '../../model/scope.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';

const source = new SyntheticSource();
const registry = source.registry('alpha', 'beta');
const types = registry.get('aws')?.resourceTypes as Map<string, unknown>;
const beta = types.get('beta');
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(registry, { sources: { discovery: { retire_after_scans: 1 } } });
  source.addRegion('acc-1', 'north', {
    alpha: { things: things('n1') },
    beta: { things: things('b1') },
  });
  source.addRegion('acc-1', 'south', { alpha: { things: things('s1') } });
  source.addRegion('acc-2', 'north', { alpha: { things: things('o1') } });
}, 300_000);

afterAll(() => pipeline.close());

const discover = (request: DiscoveryRequest = {}): Promise<DiscoveryResult> =>
  pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [request],
  });

async function unscheduled(): Promise<string[]> {
  const { slices } = await listCoverage(pipeline.db, { unscheduled: true }, 100, null);
  return slices.map((slice) => {
    // Without a schedule that asks for it, nothing else says that it grows old.
    expect(slice.is_stale).toBe(true);
    return `${slice.account}/${slice.region}/${slice.resource_type}`;
  });
}

/** Names of the items that are there, and of those that are missing or retired. */
async function inventory() {
  const { rows } = await sql<{ name: string; is_there: boolean }>`
    select name, missing_since is null and retired_at is null as is_there from items order by name
  `.execute(pipeline.db);
  const names = (there: boolean) => rows.filter((r) => r.is_there === there).map((r) => r.name);
  return { there: names(true), gone: names(false) };
}

const ALL = ['b1', 'n1', 'o1', 's1'];

test('leaving out a region, an account or a type retires nothing, and coverage names what is left out', async () => {
  await discover();
  const scopes = [...source.scopes];
  expect(await unscheduled()).toEqual([]);

  source.scopes.splice(0, Infinity, ...scopes.filter((scope) => scope.region !== 'south'));
  await discover();
  expect(await unscheduled()).toEqual(['acc-1/south/alpha', 'acc-1/south/beta']);

  source.scopes.splice(0, Infinity, ...scopes.filter((scope) => scope.account !== 'acc-2'));
  await discover();
  expect(await unscheduled()).toEqual(['acc-2/north/alpha', 'acc-2/north/beta']);

  source.scopes.splice(0, Infinity, ...scopes);
  types.delete('beta');
  await discover();
  expect(await unscheduled()).toEqual(['acc-1/north/beta', 'acc-1/south/beta', 'acc-2/north/beta']);
  expect(await inventory()).toEqual({ there: ALL, gone: [] });

  types.set('beta', beta);
  source.slices.set('acc-1/north/beta', { things: [] });
  await discover();
  expect(await unscheduled()).toEqual([]);
  expect((await inventory()).gone).toEqual(['b1']);
  source.slices.set('acc-1/north/beta', { things: things('b1') });
  await discover();
});

test('a discovery of a part says nothing about the rest', async () => {
  await discover({ accounts: ['acc-2'], resource_types: ['alpha'] });
  expect(await unscheduled()).toEqual([]);
  expect(await inventory()).toEqual({ there: ALL, gone: [] });
});

test('what could not be planned is neither left out nor gone', async () => {
  source.planFault = new Error('the source is away');
  expect((await discover()).status).toBe('completed_with_errors');
  source.planFault = null;
  expect(await unscheduled()).toEqual([]);
  expect(await inventory()).toEqual({ there: ALL, gone: [] });
});
