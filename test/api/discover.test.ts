import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OPEN } from '../../api/access/policy.ts';
import type { AppDeps } from '../../api/app-deps.ts';
import { createSealer } from '../../db/sealer.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { testTemporal } from '../support/stores.ts';
import { fault, SyntheticSource, things } from '../support/synthetic-provider.ts';
import { type Answer, type Ask, askerOf, silent } from './test-api.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;
let deps: AppDeps;
let ask: Ask;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha', 'beta'));
  deps = {
    db: pipeline.db,
    graph: pipeline.graph,
    cache: null,
    temporal: testTemporal('http://temporal.example:8233/'),
    sealer: createSealer(null),
    log: silent,
    task_queue: pipeline.taskQueue,
    access: OPEN,
    limiter: null,
    cors_origins: [],
    audit_retention_days: 365,
    check_answers: true,
  };
  ask = askerOf(deps);
}, 300_000);

afterAll(async () => {
  await deps.temporal.close();
  await pipeline.close();
});

const DISCOVERIES = '/api/v3/cmdb/discoveries';

function post(path: string, body?: object): Promise<Answer> {
  return ask(path, {
    method: 'POST',
    ...(body
      ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      : {}),
  });
}

/** Adds an account whose listing waits at a gate until the test opens it. */
function gatedAccount(): { account: string; open: () => void; reached: Promise<void> } {
  const account = randomUUID();
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  source.addRegion(account, 'north', {
    alpha: {
      things: things('a1', 'a2'),
      gate: async (signal) => {
        reached.resolve();
        const aborted = Promise.withResolvers<void>();
        signal.addEventListener('abort', () => aborted.resolve(), { once: true });
        await Promise.race([opened.promise, aborted.promise]);
      },
    },
  });
  return { account, open: opened.resolve, reached: reached.promise };
}

/** Asks until the answer is as wanted. */
async function until(path: string, isReached: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask(path);
    if (isReached(answer)) return answer;
    await sleep(100);
  }
}

const isOver = ({ body }: Answer) => body.status !== 'running';

test('a discovery is started at once, joined while it runs, and followed to its end', async () => {
  const { account, open, reached } = gatedAccount();
  const request = { accounts: [account], resource_types: ['alpha'] };
  const started = await post('/api/v3/cmdb/discover', request);
  expect(started.status).toBe(202);
  const { workflow_id, run_id, status_url } = started.body;
  expect(started.body.already_running).toBe(false);
  expect(started.headers.get('location')).toBe(status_url);
  expect(started.body.temporal_ui_url).toBe(
    `http://temporal.example:8233/namespaces/${process.env.TEMPORAL_NAMESPACE}/workflows/${encodeURIComponent(workflow_id)}/${run_id}/history`,
  );
  // It is known from the first moment, before there is a plan.
  const young = await ask(status_url);
  expect(young.body).toMatchObject({ workflow_id, run_id, status: 'running' });

  const joined = await post('/discover', { resource_types: ['alpha'], accounts: [account] });
  expect(joined.body).toMatchObject({ workflow_id, run_id, already_running: true });

  await reached;
  const running = await ask(`${DISCOVERIES}/${workflow_id}`);
  expect(running.body).toMatchObject({
    run_id,
    status: 'running',
    request,
    finished_at: null,
    progress: { slices_total: 1, slices_done: 0, phase: 'discovering', paused: false },
    slices: [{ account, region: 'north', resource_type: 'alpha', state: 'collecting' }],
  });
  open();
  const over = await until(`${DISCOVERIES}/${run_id}`, isOver);
  expect(over.body).toMatchObject({
    workflow_id,
    status: 'completed',
    progress: { slices_total: 1, slices_done: 1, phase: null },
    slices: [{ state: 'complete', items: 2, added: 2 }],
    errors: [],
  });
  const { body } = await ask(`${DISCOVERIES}?limit=100`);
  expect(body.items).toContainEqual(expect.objectContaining({ run_id, status: 'completed' }));

  const again = await post('/discover', request);
  expect(again.body.already_running).toBe(false);
  expect(again.body.run_id).not.toBe(run_id);
  await until(again.body.status_url, isOver);
});

test('what may not be listed is told with what to grant', async () => {
  const account = randomUUID();
  const denied = fault('denied', 'AccessDenied', { missing_permission: 'alpha:List' });
  source.addRegion(account, 'north', { alpha: { things: [], faults: [denied] } });
  const { body } = await post('/discover', { accounts: [account], resource_types: ['alpha'] });
  const over = await until(body.status_url, isOver);
  expect(over.body).toMatchObject({
    status: 'completed_with_errors',
    slices: [{ state: 'denied', error_code: 'AccessDenied', missing_permission: 'alpha:List' }],
  });
});

test('a discovery is paused, resumed and cancelled', async () => {
  const { account, reached } = gatedAccount();
  const { body } = await post('/discover', { accounts: [account], resource_types: ['alpha'] });
  const { run_id, status_url } = body;
  await reached;
  expect((await post(`${DISCOVERIES}/${run_id}/pause`)).status).toBe(202);
  await until(status_url, (answer) => answer.body.progress.paused === true);
  expect((await post(`${DISCOVERIES}/${run_id}/resume`)).status).toBe(202);
  await until(status_url, (answer) => answer.body.progress.paused === false);
  expect((await post(`${DISCOVERIES}/${run_id}/cancel`)).status).toBe(202);
  const over = await until(status_url, isOver);
  expect(over.body.status).toBe('cancelled');
  expect(over.body.slices[0].state).toBe('failed');
  for (const command of ['cancel', 'pause', 'resume']) {
    expect((await post(`${DISCOVERIES}/${run_id}/${command}`)).status).toBe(409);
  }
});

test('a discovery that was terminated from outside has failed', async () => {
  const { account, reached } = gatedAccount();
  const { body } = await post('/discover', { accounts: [account], resource_types: ['alpha'] });
  await reached;
  await pipeline.client.workflow.getHandle(body.workflow_id, body.run_id).terminate('test');
  const over = await until(`${DISCOVERIES}/${body.run_id}`, isOver);
  expect(over.body).toMatchObject({ status: 'failed', finished_at: expect.any(String) });
});

test('without a worker a discovery waits, and its progress is null', async () => {
  const idle = askerOf({ ...deps, task_queue: `nobody-${randomUUID()}` });
  const request = JSON.stringify({ accounts: [randomUUID()] });
  const { body } = await idle('/discover', {
    method: 'POST',
    body: request,
    headers: { 'content-type': 'application/json' },
  });
  const { body: status } = await idle(body.status_url);
  expect(status).toMatchObject({
    status: 'running',
    request: null,
    slices: [],
    progress: { slices_total: 0, slices_done: 0, phase: null, paused: null },
  });
  // By the run alone it is found as soon as Temporal has indexed it.
  await until(`${DISCOVERIES}/${body.run_id}`, (answer) => answer.status === 200);
  await pipeline.client.workflow.getHandle(body.workflow_id).terminate('test');
});

test('a workflow that is no discovery is not found', async () => {
  const workflowId = `other-${randomUUID()}`;
  const handle = await pipeline.client.workflow.start(`not-${DISCOVERY_WORKFLOW}`, {
    workflowId,
    taskQueue: `nobody-${randomUUID()}`,
  });
  expect((await ask(`${DISCOVERIES}/${workflowId}`)).status).toBe(404);
  expect((await post(`${DISCOVERIES}/${workflowId}/cancel`)).status).toBe(404);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate('test');
});
