import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import { createCollectSlices } from '../../../activities/collect-slices.ts';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { beginRun } from '../../../db/postgres/begin-run.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { sliceId } from '../../../model/identity.ts';
import { COLLECT_MAX_ATTEMPTS, collectRetryMs } from '../../../model/retries.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { loadRegistry, type Registry } from '../../../providers/registry.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { type AzureEstate, SUBSCRIPTION, scopeOf, startAzureEstate } from './azure-estate.ts';

/** One type of each generation of the SDK, and one that is listed owner by owner. */
const TYPES = [
  ['azure_disk', 'Microsoft.Compute/disks/read', 3],
  ['azure_redis_cache', 'Microsoft.Cache/redis/read', 3],
  ['azure_sql_database', 'Microsoft.Sql/servers/databases/read', 12],
] as const;

let estate: AzureEstate;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;
let registry: Registry;

beforeAll(async () => {
  estate = await startAzureEstate({ resources: 0, page_size: 2, odd_every: 0 });
  registry = await loadRegistry();
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'azure slices test' });
  await migrateToLatest(db);
}, 120_000);
afterEach(() => estate.setFaults({}));
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
  await estate?.close();
});

/** A planned slice, and a way to collect it. */
async function planSlice(type: string) {
  const run_id = randomUUID();
  const scope = {
    ...scopeOf(),
    level: 'account' as const,
    task_queue: null,
    resource_types: [type],
  };
  await beginRun(db, { run_id, workflow_id: 'test', request: {}, errors: [], scopes: [scope] });
  // Sources of its own: whoever reads them anew connects anew.
  const sources = sourcesSchema.parse({});
  const logger = pino({ level: 'silent' });
  const deps = { db, registry, sources, collectRetryMs, logger } as ActivityDeps;
  const slice_id = sliceId('azure', SUBSCRIPTION, scope.region, type);
  return {
    async collect(info: { attempt?: number; heartbeatDetails?: unknown } = {}) {
      const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
      const beats: unknown[] = [];
      environment.on('heartbeat', (details) => beats.push(structuredClone(details)));
      const outcome = await environment
        .run(createCollectSlices(deps), { run_id, slice_ids: [slice_id] })
        .then(() => null)
        .catch((error: unknown) => error);
      return { beats, outcome };
    },
    async state() {
      const [found] = await listRunSlices(db, run_id, 1);
      return found;
    },
  };
}

test.each(TYPES)('%s listed to its end is complete', async (type, _operation, items) => {
  const slice = await planSlice(type);
  expect((await slice.collect()).outcome).toBeNull();
  expect(await slice.state()).toMatchObject({ state: 'complete', items });
});

test.each(TYPES)('%s that may not be listed is denied at once', async (type, operation, _items) => {
  await estate.setFaults({ denied: [{ operation }] });
  const slice = await planSlice(type);
  expect((await slice.collect()).outcome).toMatchObject({ nonRetryable: true });
  expect(await slice.state()).toMatchObject({
    state: 'denied',
    error_code: 'AuthorizationFailed',
    missing_permission: operation,
  });
});

test.each(TYPES)(
  '%s that is throttled stays open until its next attempt',
  async (type, _, items) => {
    const slice = await planSlice(type);
    await estate.setFaults({ throttle_every: 1, retry_after_s: 7 });
    expect((await slice.collect()).outcome).toMatchObject({
      nonRetryable: false,
      type: 'TooManyRequests',
      nextRetryDelay: 7_000,
    });
    expect(await slice.state()).toMatchObject({ state: 'collecting' });
    await estate.setFaults({});
    await slice.collect({ attempt: 2 });
    expect(await slice.state()).toMatchObject({ state: 'complete', items });
  },
);

test.each(TYPES)(
  '%s that fails in mid-list goes on there, or is failed',
  async (type, operation, items) => {
    const slice = await planSlice(type);
    // Of databases the second owner's list fails, whose first page is one of its own.
    await estate.setFaults({ failed_in_mid_list: [{ operation }] });
    const first = await slice.collect();
    expect(first.outcome).toMatchObject({ nonRetryable: false, type: 'InternalServerError' });
    const last = await slice.collect({ attempt: COLLECT_MAX_ATTEMPTS });
    expect(last.outcome).toMatchObject({ type: 'InternalServerError' });
    expect(await slice.state()).toMatchObject({
      state: 'failed',
      error_code: 'InternalServerError',
    });

    await estate.setFaults({});
    const again = await planSlice(type);
    await again.collect({ heartbeatDetails: first.beats.at(-1) });
    const state = await again.state();
    expect(state).toMatchObject({ state: 'complete' });
    // What the first attempt staged is in the other run; only the rest is here.
    if (first.beats.length > 0) expect(state?.items).toBeLessThan(items);
    else expect(state?.items).toBe(items);
  },
  60_000,
);

test.each(TYPES)(
  '%s with a record that cannot be read keeps the others',
  async (type, _, items) => {
    await using odd = await startAzureEstate({ resources: 0, page_size: 2, odd_every: 3 });
    expect(odd.tls?.url).not.toBe(estate.tls?.url);
    const slice = await planSlice(type);
    expect((await slice.collect()).outcome).toBeNull();
    const rejected = type === 'azure_sql_database' ? 3 : 1;
    expect(await slice.state()).toMatchObject({
      state: 'complete',
      items: items - rejected,
      rejected,
    });
  },
);
