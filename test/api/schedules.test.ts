import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { OPEN } from '../../api/access/policy.ts';
import type { AppDeps } from '../../api/app-deps.ts';
import { createTemporal } from '../../api/temporal.ts';
import { createSealer } from '../../db/sealer.ts';
import { scheduleHandle } from '../../db/temporal/schedules.ts';
import { cronSchema } from '../../model/schedule.ts';
import { sourcesSchema } from '../../model/sources.ts';
import { ensureSchedules } from '../../worker/ensure-schedules.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { testTemporal } from '../support/stores.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';
import { type Answer, type Ask, askerOf, NOWHERE, silent } from './test-api.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;
let deps: AppDeps;
let ask: Ask;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha'));
  source.addRegion('scheduled', 'north', { alpha: { things: things('s1') } });
  deps = {
    access: OPEN,
    db: pipeline.db,
    graph: pipeline.graph,
    cache: null,
    temporal: testTemporal(),
    sealer: createSealer(null),
    log: silent,
    task_queue: pipeline.taskQueue,
    limiter: null,
    cors_origins: [],
    audit_retention_days: 365,
    check_answers: true,
  };
  ask = askerOf(deps);
}, 300_000);

afterAll(async () => {
  for (const { schedule_id } of (await get('')).body.items) {
    await scheduleHandle(deps.temporal.client, deps.task_queue, schedule_id).delete();
  }
  await deps.temporal.close();
  await pipeline.close();
});

const SCHEDULES = '/api/v3/cmdb/schedules';
const REQUEST = { accounts: ['scheduled'] };

const send = (method: string, path: string, body?: object) =>
  ask(`${SCHEDULES}${path}`, {
    method,
    ...(body && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
const get = (path: string) => send('GET', path);
const post = (path: string, body?: object) => send('POST', path, body);

/** A schedule that is due in a year, so that only what the test does starts something. */
const YEARLY = { cron: '@yearly', request: REQUEST };

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await sleep(100);
  }
}

test('a schedule is made, read, changed and removed', async () => {
  const made = await post('', {
    schedule_id: 'nightly',
    cron: '30 2 * * *',
    time_zone: 'Europe/Berlin',
    request: { providers: ['aws'] },
  });
  expect(made).toMatchObject({
    status: 201,
    body: { owner: 'api', state: 'active', overlap: 'skip', jitter_seconds: 30, recent_runs: [] },
  });
  expect(made.headers.get('location')).toBe(`${SCHEDULES}/nightly`);
  const due = CronExpressionParser.parse('30 2 * * *', { tz: 'Europe/Berlin' }).next().getTime();
  const first = Date.parse(made.body.next_runs[0]);
  expect(first - due).toBeGreaterThanOrEqual(0);
  expect(first - due).toBeLessThanOrEqual(30_000);

  const changed = await send('PATCH', '/nightly', { cron: '45 3 * * *', jitter_seconds: 0 });
  expect(changed).toMatchObject({
    status: 200,
    body: { cron: '45 3 * * *', time_zone: 'Europe/Berlin', request: { providers: ['aws'] } },
  });
  const moved = CronExpressionParser.parse('45 3 * * *', { tz: 'Europe/Berlin' }).next();
  expect(Date.parse(changed.body.next_runs[0])).toBe(moved.getTime());
  expect((await get('')).body.items).toMatchObject([{ schedule_id: 'nightly' }]);
  expect((await send('DELETE', '/nightly')).status).toBe(204);
  expect((await get('/nightly')).status).toBe(404);
  expect((await send('DELETE', '/nightly')).status).toBe(404);
});

test('a triggered schedule starts its discovery, also while it is paused, and names it', async () => {
  await post('', { schedule_id: 'by-hand', ...YEARLY, paused: true });
  expect((await post('/by-hand/trigger')).status).toBe(200);
  const { body } = await until(
    () => get('/by-hand'),
    (answer: Answer) => answer.body.recent_runs.length === 1 && answer.body.running.length === 0,
  );
  const [{ workflow_id, run_id }] = body.recent_runs;
  const discovery = await ask(
    `/api/v3/cmdb/discoveries/${run_id}?${new URLSearchParams({ workflow_id })}`,
  );
  expect(discovery.body).toMatchObject({ status: 'completed', request: REQUEST });
});

test('a paused schedule says why, and is due again when it is resumed', async () => {
  await post('', { schedule_id: 'pausing', ...YEARLY });
  const paused = await post('/pausing/pause', { note: 'a migration' });
  expect(paused.body).toMatchObject({ state: 'paused', note: 'a migration' });
  expect((await post('/pausing/resume')).body).toMatchObject({ state: 'active' });
});

test('a backfill starts what was due between two times', async () => {
  await post('', { schedule_id: 'making-up', ...YEARLY, cron: '0 * * * *' });
  await post('/making-up/pause');
  const to = new Date(Date.now() - 1000);
  const from = new Date(to.getTime() - 2 * 3_600_000);
  const answer = await post('/making-up/backfill', { from, to });
  expect(answer.status).toBe(200);
  const { body } = await until(
    () => get('/making-up'),
    (one: Answer) => one.body.recent_runs.length >= 2 && one.body.running.length === 0,
  );
  for (const run of body.recent_runs) expect(run.workflow_id).toMatch(/^discovery-.*:00:00Z$/);
});

test('what cannot be is refused, with the field and the reason', async () => {
  await post('', { schedule_id: 'taken', ...YEARLY });
  const refusals: Array<[Promise<Answer>, number, string | undefined]> = [
    [post('', { schedule_id: 'taken', ...YEARLY }), 409, 'schedule_id'],
    [post('', { schedule_id: 'default', ...YEARLY }), 409, 'schedule_id'],
    [post('', { schedule_id: 'Not An Id', ...YEARLY }), 400, 'schedule_id'],
    [post('', { schedule_id: 'a', cron: '* * 1 * 1' }), 400, 'cron'],
    [post('', { schedule_id: 'a', ...YEARLY, time_zone: 'Mars/Olympus' }), 400, 'time_zone'],
    [post('', { schedule_id: 'a', ...YEARLY, request: { regions: [] } }), 400, 'request.regions'],
    [
      post('', { schedule_id: 'a', ...YEARLY, request: { regions: ['\0'] } }),
      400,
      'request.regions.0',
    ],
    [post('', { schedule_id: 'a', ...YEARLY, surprise: 1 }), 400, 'surprise'],
    [send('PATCH', '/taken', { jitter_seconds: -1 }), 400, 'jitter_seconds'],
    [send('PATCH', '/nobody', { jitter_seconds: 1 }), 404, 'schedule_id'],
    [send('PATCH', '/taken'), 400, 'body'],
    [post('/taken/backfill'), 400, 'from'],
    [post('/nobody/trigger'), 404, 'schedule_id'],
    [post('/taken/trigger', { overlap: 'maybe' }), 400, 'overlap'],
    [
      post('/taken/backfill', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }),
      400,
      'from',
    ],
    [
      post('/taken/backfill', { from: '2026-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' }),
      400,
      'to',
    ],
  ];
  for (const [asked, status, field] of refusals) {
    const { status: got, body } = await asked;
    expect([got, body.errors?.[0]?.field]).toEqual([status, field]);
  }
  await post('', { schedule_id: 'hourly', ...YEARLY, cron: '@hourly', paused: true });
  const far = { from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
  expect((await post('/hourly/backfill', far)).body.errors).toMatchObject([{ field: 'from' }]);
  const form = await ask(`${SCHEDULES}/taken/pause`, { method: 'POST', body: 'note=x' });
  expect(form.status).toBe(415);
  expect((await get('/taken')).body.state).toBe('active');
});

test('the schedule of the sources file can be paused here, and changed only there', async () => {
  const { discovery } = sourcesSchema.parse({});
  const ensure = () => ensureSchedules(deps.db, deps.temporal.client, deps.task_queue, discovery);
  await ensure();
  expect((await get('/default')).body).toMatchObject({ owner: 'sources', cron: '0 * * * *' });
  expect((await post('/default/pause')).body.state).toBe('paused');
  expect((await send('PATCH', '/default', { cron: '@daily' })).status).toBe(409);
  expect((await send('DELETE', '/default')).status).toBe(409);
  await ensure();
  expect((await get('/default')).body).toMatchObject({ state: 'paused', cron: '0 * * * *' });
});

test('a schedule that Temporal has lost is shown as lost, until a worker starts', async () => {
  await post('', { schedule_id: 'forgotten', ...YEARLY });
  await scheduleHandle(deps.temporal.client, deps.task_queue, 'forgotten').delete();
  expect((await get('/forgotten')).body).toMatchObject({ state: 'lost', next_runs: [] });
  expect((await post('/forgotten/trigger')).status).toBe(409);
  const { discovery } = sourcesSchema.parse({});
  await ensureSchedules(deps.db, deps.temporal.client, deps.task_queue, discovery);
  expect((await get('/forgotten')).body.state).toBe('active');
});

test('without Temporal nothing is changed in the store either', async () => {
  await post('', { schedule_id: 'steady', ...YEARLY });
  const temporal = createTemporal(
    { namespace: 'default', connection: { address: NOWHERE, tls: false } },
    undefined,
  );
  const cutOff = askerOf({ ...deps, temporal });
  const init = (method: string, body: object) => ({
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const create = init('POST', { schedule_id: 'never', ...YEARLY });
  expect((await cutOff(SCHEDULES, create)).status).toBe(503);
  const change = init('PATCH', { cron: '@daily' });
  expect((await cutOff(`${SCHEDULES}/steady`, change)).status).toBe(503);
  await temporal.close();
  expect((await get('/never')).status).toBe(404);
  expect((await get('/steady')).body.cron).toBe('@yearly');
}, 60_000);

const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    number(min, max),
    fc.tuple(number(min, max), number(min, max)).map((list) => list.join(',')),
    fc.integer({ min, max }).chain((from) => number(from, max).map((to) => `${from}-${to}`)),
    fc.integer({ min: 1, max: 12 }).map((step) => `*/${step}`),
  );

test('what is accepted is due at the same times for Temporal as for coverage', async () => {
  const cron = fc
    .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
    .map((fields) => fields.join(' '))
    .filter((text) => cronSchema.safeParse(text).success);
  await post('', { schedule_id: 'any-cron', ...YEARLY, jitter_seconds: 0, paused: true });
  await fc.assert(
    fc.asyncProperty(cron, async (text) => {
      const { status, body } = await send('PATCH', '/any-cron', { cron: text });
      expect([text, status]).toEqual([text, 200]);
      const expected = CronExpressionParser.parse(text, { tz: 'UTC' }).take(body.next_runs.length);
      expect(body.next_runs).toEqual(expected.map((date) => date.toISOString()));
    }),
    { numRuns: 40 },
  );
}, 120_000);
