import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { sql } from 'kysely';
import { getRun, listRunSlices } from '../../db/postgres/get-run.ts';
import {
  DISCOVERY_WORKFLOW,
  type DiscoveryProgress,
  PAUSE_SIGNAL,
  PROGRESS_QUERY,
  RESUME_SIGNAL,
} from '../../model/discovery-workflow.ts';
import type { DiscoveryRequest } from '../../model/scope.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { recordHistories } from '../support/record-histories.ts';
import { fault, SyntheticSource, things } from '../support/synthetic-provider.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha', 'beta'));
}, 300_000);

afterAll(() => pipeline.close());

type Handle = WorkflowHandleWithFirstExecutionRunId;

async function start(
  request: DiscoveryRequest,
  workflowId: string = randomUUID(),
): Promise<Handle> {
  return pipeline.client.workflow.start(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId,
    args: [request],
  });
}

async function discover(request: DiscoveryRequest): Promise<DiscoveryResult> {
  return (await start(request)).result();
}

/** The slices of a run as `account/region/type: state`, with error codes where there are any. */
async function statesOf(runId: string): Promise<Record<string, string>> {
  const slices = await listRunSlices(pipeline.db, runId, 1000);
  return Object.fromEntries(
    slices.map(({ account, region, resource_type, state, error_code }) => [
      `${account}/${region}/${resource_type}`,
      error_code ? `${state} ${error_code}` : state,
    ]),
  );
}

async function namesIn(account: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from items where account = ${account} and retired_at is null order by name
  `.execute(pipeline.db);
  return rows.map((row) => row.name);
}

/** A gate that a test opens; a listing behind it waits, or ends when it is cancelled. */
function createGate() {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const gate = async (signal: AbortSignal) => {
    reached.resolve();
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => aborted.resolve(), { once: true });
    await Promise.race([opened.promise, aborted.promise]);
  };
  return { gate, open: opened.resolve, reached: reached.promise };
}

test('a discovery of several accounts, regions and pages arrives in every store', async () => {
  const alpha = things('a1', 'a2', 'a3', 'a4', 'a5');
  source.addRegion('acc-1', 'north', {
    alpha: { things: alpha, page_size: 2 },
    beta: { things: [] },
  });
  source.addRegion('acc-1', 'south', { alpha: { things: things('a6') } });
  const needs = [{ id: 'b1', needs: ['thing:a1', 'thing:nobody'] }];
  source.addRegion('acc-2', 'north', { beta: { things: needs } });

  const { run_id, status } = await discover({ accounts: ['acc-1', 'acc-2'] });

  expect(status).toBe('completed');
  expect(source.calls.get('acc-1/north/alpha')).toEqual([null, '2', '4']);
  expect(await namesIn('acc-1')).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  expect(await getRun(pipeline.db, run_id)).toMatchObject({ slices_total: 6, slices_done: 6 });
  const nodes = await pipeline.graph.read(
    'MATCH (ci:ConfigurationItem) RETURN ci.ci_id AS id, ci.version AS version ORDER BY id',
    {},
  );
  const { rows } = await sql`select ci_id::text as id, version from items order by id`.execute(
    pipeline.db,
  );
  expect(nodes.records.map((record) => record.toObject())).toEqual(rows);
  const edges = await pipeline.graph.read(
    'MATCH (a)-[:DEPENDS_ON]->(b) RETURN a.name AS source, b.name AS target',
    {},
  );
  expect(edges.records.map((record) => record.toObject())).toEqual([
    { source: 'b1', target: 'a1' },
  ]);
});

test('an end in the source ends the relationship in the graph, and removes nothing else', async () => {
  source.addRegion('acc-end', 'north', {
    alpha: { things: [{ id: 'e1', needs: ['thing:e2'] }, { id: 'e2' }] },
  });
  const request = { accounts: ['acc-end'] };
  await discover(request);
  source.slices.set('acc-end/north/alpha', { things: things('e1', 'e2') });
  await discover(request);
  const { records } = await pipeline.graph.read(
    `MATCH (a {name: 'e1'}), (b {name: 'e2'})
     RETURN exists((a)-[:DEPENDS_ON]->(b)) AS is_there`,
    {},
  );
  expect(records.map((record) => record.get('is_there'))).toEqual([false]);
});

test('no inventory travels through a history', async () => {
  source.addRegion('acc-private', 'north', { alpha: { things: things('needle-in-history') } });
  const handle = await start({ accounts: ['acc-private'] });
  await handle.result();
  const child = pipeline.client.workflow.getHandle(
    (await childIds(handle)).find((id) => id.includes('acc-private')) ?? '',
  );
  for (const one of [handle, child]) {
    const { events } = await one.fetchHistory();
    expect(events?.length).toBeGreaterThan(10);
    const text = textOf(events);
    expect(text).toContain('acc-private');
    expect(text).not.toContain('needle-in-history');
  }
});

/** A history as text, its payloads decoded. */
function textOf(events: unknown): string {
  return JSON.stringify(events, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
}

async function childIds(handle: Handle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(
    (event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ?? [],
  );
}

test('what is denied, broken or unplannable is named, and everything else goes on', async () => {
  source.addRegion('acc-faults', 'denied', {
    alpha: {
      things: things('d1'),
      faults: [fault('denied', 'AccessDenied', { missing_permission: 'alpha:List' })],
    },
    beta: { things: things('d2') },
  });
  source.addRegion('acc-faults', 'broken', {
    alpha: { things: things('x1'), faults: [fault('permanent', 'Nonsense')] },
  });
  source.addRegion('acc-faults', 'shaky', {
    alpha: {
      things: things('s1'),
      faults: [fault('transient', 'Reset'), fault('throttled', 'Slow', { retry_after_ms: 100 })],
    },
  });
  const { run_id, status } = await discover({
    accounts: ['acc-faults'],
    providers: ['aws', 'gcp'],
  });
  expect(status).toBe('completed_with_errors');
  expect(await statesOf(run_id)).toEqual({
    'acc-faults/broken/alpha': 'failed Nonsense',
    'acc-faults/broken/beta': 'complete',
    'acc-faults/denied/alpha': 'denied AccessDenied',
    'acc-faults/denied/beta': 'complete',
    'acc-faults/shaky/alpha': 'complete',
    'acc-faults/shaky/beta': 'complete',
  });
  expect(await namesIn('acc-faults')).toEqual(['d2', 's1']);
  expect((await getRun(pipeline.db, run_id))?.errors).toMatchObject([
    { code: 'provider_not_available', provider: 'gcp' },
  ]);
  const slices = await listRunSlices(pipeline.db, run_id, 100);
  expect(slices.find((slice) => slice.state === 'denied')?.missing_permission).toBe('alpha:List');
});

test('a slice that was denied after it had been listed retires nothing', async () => {
  source.addRegion('acc-proof', 'north', { alpha: { things: things('p1') } });
  const request = { accounts: ['acc-proof'] };
  await discover(request);
  for (let time = 0; time < 3; time++) {
    source.slices.set('acc-proof/north/alpha', { things: [], faults: [fault('denied', 'No')] });
    await discover(request);
  }
  expect(await namesIn('acc-proof')).toEqual(['p1']);
});

test('a request that matches nothing says so', async () => {
  const { run_id, status } = await discover({ accounts: ['no-such-account'] });
  expect(status).toBe('completed_with_errors');
  const run = await getRun(pipeline.db, run_id);
  expect(run?.errors).toMatchObject([{ code: 'nothing_to_discover' }]);
});

test('a cancelled discovery ends cancelled and leaves the inventory as it was', async () => {
  const { gate, reached } = createGate();
  source.addRegion('acc-cancel', 'north', { alpha: { things: things('c1'), gate } });
  const handle = await start({ accounts: ['acc-cancel'] });
  await reached;
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  const run = await getRun(pipeline.db, handle.firstExecutionRunId);
  expect(run?.status).toBe('cancelled');
  expect((await statesOf(handle.firstExecutionRunId))['acc-cancel/north/alpha']).toBe(
    'failed cancelled',
  );
  expect(await namesIn('acc-cancel')).toEqual([]);
});

test('a paused discovery starts no listing until it is resumed', async () => {
  const first = createGate();
  source.addRegion('acc-pause', 'north', { alpha: { things: things('h1'), gate: first.gate } });
  const handle = await start({ accounts: ['acc-pause'] });
  await handle.signal(PAUSE_SIGNAL);
  const progress = await handle.query<DiscoveryProgress>(PROGRESS_QUERY);
  expect(progress.paused).toBe(true);
  await handle.signal(RESUME_SIGNAL);
  await first.reached;
  first.open();
  const result: DiscoveryResult = await handle.result();
  expect(result.status).toBe('completed');
  expect(await handle.query<DiscoveryProgress>(PROGRESS_QUERY)).toEqual({
    phase: 'finished',
    paused: false,
    accounts_total: 1,
    accounts_done: 1,
  });
});

test('two runs that meet in one account list it once, and both say how it went', async () => {
  const { gate, reached, open } = createGate();
  source.addRegion('acc-meet', 'north', { alpha: { things: things('m1'), gate } });
  const request = { accounts: ['acc-meet'] };
  const first = await start(request, 'meet-1');
  await reached;
  const second = await start(request, 'meet-2');
  // Only when the second waits for the first is it sure that both want the account at once.
  let isWaiting = false;
  while (!isWaiting) {
    const { raw } = await second.describe();
    isWaiting = raw.pendingActivities?.[0]?.activityType?.name === 'joinDiscovery';
  }
  open();
  const results: DiscoveryResult[] = await Promise.all([first.result(), second.result()]);
  expect(results.map((result) => result.status)).toEqual(['completed', 'completed']);
  expect(source.calls.get('acc-meet/north/alpha')).toHaveLength(1);
  expect(await statesOf(second.firstExecutionRunId)).toEqual(
    await statesOf(first.firstExecutionRunId),
  );
});

test('histories are recorded for the replay test when that is asked for', async () => {
  source.addRegion('acc-replay', 'north', {
    alpha: { things: things('r1', 'r2'), page_size: 1 },
    beta: { things: things('r3'), faults: [fault('denied', 'AccessDenied')] },
  });
  const handle = await start({ accounts: ['acc-replay'] }, 'recorded');
  await handle.result();
  const children = await childIds(handle);
  expect(children).toHaveLength(1);
  await recordHistories({
    'discover-infrastructure': 'recorded',
    'discover-account': children[0] ?? '',
  });
});
