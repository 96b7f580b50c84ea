import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import { createCollectSlices } from '../../activities/collect-slices.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { defaultWebhookSettings } from '../../activities/webhooks/settings.ts';
import { beginRun } from '../../db/postgres/begin-run.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { listRunSlices } from '../../db/postgres/get-run.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
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

/** Planned slices of one scope by their resource type, and a way to collect them together. */
async function planBatch(slices: Record<string, SyntheticSlice>) {
  const source = new SyntheticSource();
  const account = randomUUID();
  source.addRegion(account, 'north', slices);
  const types = Object.keys(slices);
  const run_id = randomUUID();
  await beginRun(db, {
    run_id,
    workflow_id: 'collect-test',
    request: {},
    errors: [],
    scopes: source.scopes.map((scope) => ({ ...scope, resource_types: types })),
  });
  const registry = source.registry(...types);
  const clients = { connected: 0, disconnected: 0 };
  const registered = registry.get('aws');
  if (!registered) throw new Error('no provider');
  const { provider } = registered;
  const resourceTypes = registered.resourceTypes as Map<string, unknown>;
  const { connect } = provider;
  provider.connect = async (scope, sources) => {
    clients.connected += 1;
    return connect(scope, sources);
  };
  provider.disconnect = async () => {
    clients.disconnected += 1;
  };
  const collectSlices = createCollectSlices({
    db,
    registry,
    sources: sourcesSchema.parse({}),
    collectRetryMs,
    webhooks: defaultWebhookSettings(),
    logger: pino({ level: 'silent' }),
  } as ActivityDeps);
  const idOf = (type: string) => sliceId('aws', account, 'north', type);
  return {
    clients,
    provider,
    idOf,
    /** As if this worker were of an older release. */
    forget: (type: string) => resourceTypes.delete(type),
    calls: (type: string) => source.calls.get(`${account}/north/${type}`) ?? [],
    async collect(info: { attempt?: number; heartbeatDetails?: unknown } = {}) {
      const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
      const beats: unknown[] = [];
      environment.on('heartbeat', (details) => beats.push(structuredClone(details)));
      const slice_ids = types.map(idOf);
      const outcome = await environment
        .run(collectSlices, { run_id, slice_ids })
        .then(() => null)
        .catch((error: unknown) => error);
      return { beats, outcome };
    },
    async states(): Promise<Record<string, string>> {
      const found = await listRunSlices(db, run_id, 100);
      return Object.fromEntries(found.map(({ resource_type, state }) => [resource_type, state]));
    },
  };
}

// What a client remembers for its slice means nothing to another: pages of owners, for one.
test('each slice of a batch has a client of its own, which is closed when it has ended', async () => {
  const batch = await planBatch({ alpha: { things: things('a') }, beta: { things: things('b') } });
  expect((await batch.collect()).outcome).toBeNull();
  expect(await batch.states()).toEqual({ alpha: 'complete', beta: 'complete' });
  expect(batch.clients).toEqual({ connected: 2, disconnected: 2 });
});

test('a listing that fails stops none of the others, and alone is listed again', async () => {
  const batch = await planBatch({
    alpha: { things: things('a') },
    beta: { things: [], faults: [fault('denied', 'AccessDenied')] },
    gamma: { things: things('c'), faults: [fault('throttled', 'SlowDown')] },
  });
  const { outcome } = await batch.collect();
  expect(outcome).toMatchObject({ type: 'SlowDown', nonRetryable: false });
  expect(String(outcome)).toContain('2 listings failed');
  expect(await batch.states()).toEqual({ alpha: 'complete', beta: 'denied', gamma: 'collecting' });

  expect((await batch.collect({ attempt: 2 })).outcome).toBeNull();
  expect(await batch.states()).toEqual({ alpha: 'complete', beta: 'denied', gamma: 'complete' });
  expect(['alpha', 'beta', 'gamma'].map((type) => batch.calls(type).length)).toEqual([1, 1, 2]);
});

test('several that are throttled are tried again when the last of them may', async () => {
  const throttled = (retry_after_ms: number) => [
    fault('throttled', 'SlowDown', { retry_after_ms }),
  ];
  const batch = await planBatch({
    alpha: { things: [], faults: throttled(3_000) },
    beta: { things: [], faults: throttled(9_000) },
    gamma: { things: [], faults: [fault('transient', 'Reset')] },
  });
  expect((await batch.collect()).outcome).toMatchObject({ nextRetryDelay: 9_000 });
});

test('where all that failed is settled there is no other attempt', async () => {
  const batch = await planBatch({
    alpha: { things: things('a') },
    beta: { things: [], faults: [fault('denied', 'AccessDenied')] },
    gamma: { things: [], faults: [fault('permanent', 'Gone')] },
  });
  expect((await batch.collect()).outcome).toMatchObject({ nonRetryable: true });
  expect(await batch.states()).toEqual({ alpha: 'complete', beta: 'denied', gamma: 'failed' });
});

test('the last attempt fails each slice that is still open', async () => {
  const batch = await planBatch({
    alpha: { things: [], faults: [fault('transient', 'Reset')] },
    beta: { things: [], faults: [fault('throttled', 'SlowDown')] },
    gamma: { things: things('c') },
  });
  await batch.collect({ attempt: COLLECT_MAX_ATTEMPTS });
  expect(await batch.states()).toEqual({ alpha: 'failed', beta: 'failed', gamma: 'complete' });
});

test('a scope that cannot be entered is told of each of its slices', async () => {
  const batch = await planBatch({ alpha: { things: [] }, beta: { things: [] } });
  batch.provider.connect = async () => {
    throw new Error('no way in');
  };
  expect((await batch.collect({ attempt: COLLECT_MAX_ATTEMPTS })).outcome).toMatchObject({
    type: 'Unexpected',
  });
  expect(await batch.states()).toEqual({ alpha: 'failed', beta: 'failed' });
  expect(batch.clients.disconnected).toBe(0);
});

test('heartbeats tell where each listing stands, and a later attempt goes on there', async () => {
  const slices = {
    alpha: { things: things('a', 'b', 'c', 'd'), page_size: 1 },
    beta: { things: things('e', 'f', 'g', 'h'), page_size: 2 },
  };
  const first = await planBatch(slices);
  const { beats } = await first.collect();
  const told = Object.keys(beats.at(-1) as object).sort();
  expect(told).toEqual([first.idOf('alpha'), first.idOf('beta')].sort());

  const again = await planBatch(slices);
  const stood = { listing: 1, page_token: '2', is_listed: false, incomplete_reason: null };
  const heartbeatDetails = {
    [again.idOf('alpha')]: { ...stood, pages: 2 },
    [again.idOf('beta')]: { ...stood, pages: 1 },
  };
  expect((await again.collect({ attempt: 2, heartbeatDetails })).outcome).toBeNull();
  expect([again.calls('alpha'), again.calls('beta')]).toEqual([['2', '3'], ['2']]);
});

test('a type that this worker does not know yet leaves the others to be listed', async () => {
  const batch = await planBatch({ alpha: { things: things('a') }, beta: { things: things('b') } });
  batch.forget('beta');
  expect((await batch.collect()).outcome).toMatchObject({
    type: 'unknown_resource_type',
    nonRetryable: false,
  });
  expect(await batch.states()).toEqual({ alpha: 'complete', beta: 'collecting' });
});
