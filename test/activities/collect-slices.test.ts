import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import type { Progress } from '../../activities/collect-slice.ts';
import { createCollectSlices } from '../../activities/collect-slices.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { defaultWebhookSettings } from '../../activities/webhooks/settings.ts';
import { beginRun } from '../../db/postgres/begin-run.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { listRunSlices } from '../../db/postgres/get-run.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { openSliceScan } from '../../db/postgres/slice-scan.ts';
import { beginListingAgain, SliceClosedError, stagePage } from '../../db/postgres/stage-page.ts';
import { sliceId } from '../../model/identity.ts';
import { COLLECT_MAX_ATTEMPTS, collectRetryMs } from '../../model/retries.ts';
import { sourcesSchema } from '../../model/sources.ts';
import { createTestDatabase } from '../support/stores.ts';
import {
  fault,
  type SyntheticSlice,
  SyntheticSource,
  things,
} from '../support/synthetic-provider.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'collect test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** A planned slice of a source that does what the test says, and a way to collect it. */
async function planSlice(slice: SyntheticSlice) {
  const source = new SyntheticSource();
  const account = randomUUID();
  source.addRegion(account, 'north', { alpha: slice });
  const run_id = randomUUID();
  const [scope] = source.scopes;
  if (!scope) throw new Error('no scope');
  await beginRun(db, {
    run_id,
    workflow_id: 'collect-test',
    request: {},
    errors: [],
    scopes: [{ ...scope, resource_types: ['alpha'] }],
  });
  const log: unknown[] = [];
  const collectSlices = createCollectSlices({
    db,
    registry: source.registry('alpha'),
    sources: sourcesSchema.parse({}),
    collectRetryMs,
    webhooks: defaultWebhookSettings(),
    logger: pino({ level: 'debug' }, { write: (line) => log.push(JSON.parse(line)) }),
  } as ActivityDeps);
  const slice_id = sliceId('aws', account, 'north', 'alpha');
  return {
    run_id,
    slice_id,
    source: slice,
    log,
    calls: () => source.calls.get(`${account}/north/alpha`) ?? [],
    /** @returns the places in the listing that heartbeats told */
    async collect({ heard, ...info }: { attempt?: number; heard?: Progress } = {}) {
      const heartbeatDetails = heard && { [slice_id]: heard };
      const environment = new MockActivityEnvironment(
        { ...info, heartbeatDetails },
        { logger: new DefaultLogger('ERROR') },
      );
      const beats: unknown[] = [];
      environment.on('heartbeat', (details) => beats.push(structuredClone(details[slice_id])));
      await environment.run(collectSlices, { run_id, slice_ids: [slice_id] });
      return beats;
    },
    async state() {
      const [found] = await listRunSlices(db, run_id, 1);
      return found;
    },
  };
}

test('each staged page is followed by a heartbeat that names the next, where there is one', async () => {
  const slice = await planSlice({ things: things('a', 'b', 'c'), page_size: 1 });
  const beats = await slice.collect();
  expect(beats).toEqual([
    { listing: 1, page_token: '1', is_listed: false, pages: 1, incomplete_reason: null },
    { listing: 1, page_token: '2', is_listed: false, pages: 2, incomplete_reason: null },
  ]);
  expect(await slice.state()).toMatchObject({ state: 'complete', items: 3, pages: 3 });
});

test('what is logged of a listing names its run and its slice', async () => {
  const { collect, log, run_id, slice_id } = await planSlice({ things: things('a') });
  await collect();
  expect(log.length).toBeGreaterThan(0);
  for (const line of log) expect(line).toMatchObject({ run_id, slice_id });
});

test('an attempt goes on at the page that the last heartbeat names', async () => {
  const slice = await planSlice({
    things: things('a', 'b', 'c', 'd'),
    page_size: 1,
    faults: [],
    gate: async () => {
      if (slice.calls().length === 3) throw new Error('the connection broke');
    },
  });
  await expect(slice.collect()).rejects.toMatchObject({ type: 'Unexpected' });
  expect(slice.calls()).toEqual([null, '1', '2']);
  await slice.collect({
    attempt: 2,
    heard: {
      listing: 1,
      page_token: '2',
      is_listed: false,
      pages: 2,
      incomplete_reason: null,
    },
  });
  expect(slice.calls()).toEqual([null, '1', '2', '2', '3']);
  expect(await slice.state()).toMatchObject({ state: 'complete', items: 4, pages: 4 });
});

test('an attempt that begins again stages every page once', async () => {
  const slice = await planSlice({ things: things('a', 'b', 'c'), page_size: 2 });
  const broken = {
    listing: 1,
    page_token: null,
    is_listed: false,
    pages: 0,
    incomplete_reason: null,
  };
  await slice.collect({ heard: { ...broken, page_token: '2' } });
  const again = await planSlice({ things: things('a', 'b', 'c'), page_size: 2 });
  await again.collect({ heard: broken });
  expect(await slice.state()).toMatchObject({ items: 1 });
  expect(await again.state()).toMatchObject({ items: 3 });
});

test('a slice that an earlier attempt ended is not listed again', async () => {
  const slice = await planSlice({ things: things('a') });
  await slice.collect();
  await slice.collect({ attempt: 2 });
  expect(slice.calls()).toHaveLength(1);
});

test('a denied listing is recorded at once, with the permission, and is not retried', async () => {
  const denied = fault('denied', 'AccessDenied', { missing_permission: 'alpha:List' });
  const slice = await planSlice({ things: [], faults: [denied] });
  await expect(slice.collect()).rejects.toMatchObject({ nonRetryable: true, type: 'AccessDenied' });
  expect(await slice.state()).toMatchObject({
    state: 'denied',
    error_code: 'AccessDenied',
    missing_permission: 'alpha:List',
  });
});

test('a throttled listing says when to try again, and stays open', async () => {
  const slice = await planSlice({
    things: [],
    faults: [fault('throttled', 'SlowDown', { retry_after_ms: 7_000 })],
  });
  await expect(slice.collect()).rejects.toMatchObject({
    nonRetryable: false,
    nextRetryDelay: 7_000,
  });
  expect(await slice.state()).toMatchObject({ state: 'collecting' });
});

test('where the source says nothing, a listing waits twice as long each time', async () => {
  const faults = [fault('transient', 'Reset'), fault('transient', 'Reset')];
  const slice = await planSlice({ things: [], faults });
  const waits = [slice.collect({ attempt: 1 }), slice.collect({ attempt: 4 })];
  await expect(waits[0]).rejects.toMatchObject({ nextRetryDelay: 1_000 });
  await expect(waits[1]).rejects.toMatchObject({ nextRetryDelay: 8_000 });
});

test('the last attempt records why the listing failed', async () => {
  const slice = await planSlice({ things: [], faults: [fault('transient', 'Reset')] });
  await expect(slice.collect({ attempt: COLLECT_MAX_ATTEMPTS })).rejects.toThrow('Reset');
  expect(await slice.state()).toMatchObject({ state: 'failed', error_code: 'Reset' });
});

test('a record without a readable id makes the listing partial', async () => {
  const slice = await planSlice({ things: [...things('a'), { size: 3 }] });
  await slice.collect();
  expect(await slice.state()).toMatchObject({ state: 'partial', items: 1, rejected: 1 });
});

test('a record that does not parse, but has its id, leaves the listing complete', async () => {
  const slice = await planSlice({ things: [...things('a'), { id: 'b', size: 'large' }] });
  await slice.collect();
  expect(await slice.state()).toMatchObject({ state: 'complete', items: 1, rejected: 1 });
});

test('a source that gives the same page token twice fails instead of going on for ever', async () => {
  const slice = await planSlice({ things: things('a', 'b'), page_size: 0 });
  await expect(slice.collect()).rejects.toMatchObject({ type: 'repeated_page_token' });
  expect(await slice.state()).toMatchObject({ state: 'failed' });
});

test('a listing whose page token expires begins again, and forgets what it had staged', async () => {
  const expired = fault('expired', 'Expired');
  const slice = await planSlice({
    things: [...things('gone', 'a'), { id: 'odd', size: 'large' }, ...things('b')],
    page_size: 1,
    gate: async () => {
      if (slice.calls().length !== 4) return;
      slice.source.things = things('a', 'b');
      slice.source.faults = [expired];
    },
  });
  const beats = await slice.collect();
  expect(slice.calls()).toEqual([null, '1', '2', '3', null, '1']);
  expect(beats).toContainEqual({
    listing: 2,
    page_token: null,
    is_listed: false,
    pages: 0,
    incomplete_reason: null,
  });
  expect(await slice.state()).toMatchObject({ state: 'complete', items: 2, rejected: 0, pages: 2 });
});

test('a listing that expires again and again is left to a later attempt', async () => {
  const slice = await planSlice({
    things: things('a', 'b'),
    page_size: 1,
    gate: async () => {
      if (slice.calls().at(-1) !== null) slice.source.faults = [fault('expired', 'Expired')];
    },
  });
  await expect(slice.collect()).rejects.toMatchObject({ type: 'Expired', nonRetryable: false });
  expect(slice.calls()).toEqual([null, '1', null, '1', null, '1', null, '1']);
  expect(await slice.state()).toMatchObject({ state: 'collecting' });
});

test('an attempt that knows only of the listing before begins at the first page', async () => {
  const slice = await planSlice({ things: things('a', 'b', 'c'), page_size: 1 });
  const place = { slice_id: slice.slice_id, listing: 1 };
  await openSliceScan(db, slice.run_id, slice.slice_id);
  expect(await beginListingAgain(db, slice.run_id, place)).toBe(2);
  await expect(stagePage(db, slice.run_id, place, [], [])).rejects.toThrow(SliceClosedError);
  const stood = { page_token: '2', is_listed: false, pages: 2, incomplete_reason: null };
  await slice.collect({ attempt: 2, heard: { listing: 1, ...stood } });
  expect(slice.calls()).toEqual([null, '1', '2']);
  expect(await slice.state()).toMatchObject({ state: 'complete', items: 3 });
});

test('a listing that was begun again meanwhile is not ended by the attempt before', async () => {
  const slice = await planSlice({
    things: things('a'),
    gate: async () => {
      await beginListingAgain(db, slice.run_id, { slice_id: slice.slice_id, listing: 1 });
    },
  });
  await expect(slice.collect()).rejects.toMatchObject({ type: 'slice_closed' });
  expect(await slice.state()).toMatchObject({ state: 'collecting', items: 0 });
});
