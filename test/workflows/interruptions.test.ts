import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getRun, listRunSlices } from '../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW, PAUSE_SIGNAL } from '../../model/discovery-workflow.ts';
import type { DiscoveryRequest } from '../../model/scope.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha', 'beta'));
}, 300_000);

afterAll(() => pipeline.close());

function start(request: DiscoveryRequest, workflowId: string = randomUUID()) {
  return pipeline.client.workflow.start(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId,
    args: [request],
  });
}

/** A gate that a test opens; what waits behind it ends when it is cancelled. */
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

/** The child of a discovery that discovers the account, once it is running. */
async function childOf(handle: { fetchHistory(): Promise<{ events?: unknown }> }, account: string) {
  for (;;) {
    const { events } = await handle.fetchHistory();
    const ids = JSON.stringify(events).matchAll(
      /"startChildWorkflowExecutionInitiatedEventAttributes":.*?"workflowId":"([^"]+)"/g,
    );
    const id = [...ids].map((match) => match[1] ?? '').find((name) => name.endsWith(account));
    if (id) return pipeline.client.workflow.getHandle(id);
    await sleep(50);
  }
}

test('an account whose workflow somebody cancels does not stop the others', async () => {
  const [stopped, other] = [createGate(), createGate()];
  source.addRegion('acc-stopped', 'north', { alpha: { things: things('s1'), gate: stopped.gate } });
  source.addRegion('acc-other', 'north', { alpha: { things: things('o1'), gate: other.gate } });
  const handle = await start({ accounts: ['acc-stopped', 'acc-other'] });
  await Promise.all([stopped.reached, other.reached]);
  const child = await childOf(handle, 'acc-stopped');
  await child.cancel();
  await expect(child.result()).rejects.toThrow();
  other.open();
  const { run_id, status }: DiscoveryResult = await handle.result();
  expect(status).toBe('completed_with_errors');
  const slices = await listRunSlices(pipeline.db, run_id, 10);
  expect(slices.map(({ account, state }) => `${account} ${state}`).sort()).toEqual([
    'acc-other complete',
    'acc-other complete',
    'acc-stopped complete',
    'acc-stopped failed',
  ]);
  const run = await getRun(pipeline.db, run_id);
  expect(run?.errors).toMatchObject([{ code: 'cancelled', account: 'acc-stopped' }]);
}, 60_000);

test('a discovery that is cancelled while it plans does not run for ever in the store', async () => {
  const { gate, reached, open } = createGate();
  source.addRegion('acc-plan', 'north', { alpha: { things: [] } });
  source.planGate = gate;
  const handle = await start({ accounts: ['acc-plan'] });
  await reached;
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  source.planGate = null;
  open();
  await sleep(2_000);
  const run = await getRun(pipeline.db, handle.firstExecutionRunId);
  expect(run?.status ?? 'unknown').not.toBe('running');
}, 60_000);

test('a run that is paused does not pause the run that it has joined', async () => {
  const first = createGate();
  source.addRegion('acc-joined', 'north', { alpha: { things: things('j1'), gate: first.gate } });
  source.addRegion('acc-joined', 'south', { alpha: { things: things('j2') } });
  const request = { accounts: ['acc-joined'] };
  const owner = await start(request, 'joined-owner');
  await first.reached;
  const guest = await start(request, 'joined-guest');
  for (;;) {
    const { raw } = await guest.describe();
    if (raw.pendingActivities?.[0]?.activityType?.name === 'joinDiscovery') break;
    await sleep(50);
  }
  await guest.signal(PAUSE_SIGNAL);
  const child = await childOf(owner, 'acc-joined');
  await sleep(1_000);
  const { events } = await child.fetchHistory();
  const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes);
  expect(signals).toHaveLength(0);
  first.open();
  const result: DiscoveryResult = await owner.result();
  expect(result.status).toBe('completed');
  await guest.result();
}, 60_000);
