import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { finishRun } from '../../../db/postgres/finish-run.ts';
import { getItem } from '../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import {
  promoteScope,
  StagingMismatchError,
  StaleRunError,
} from '../../../db/postgres/promote-scope.ts';
import { createTestDatabase } from '../../support/stores.ts';
import {
  discoverThings,
  planThings,
  stageThings,
  thingId,
  typeNamed,
} from '../../support/things.ts';

const POLICY = { retire_after_scans: 2, max_loss_percent: 50 };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'promote races test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function itemOf(id: string, account: string) {
  const item = await getItem(db, thingId(id, account));
  if (!item) throw new Error(`no item ${id}`);
  return item;
}

test('a run that ends while one of its scopes is promoted takes nothing from under it', async () => {
  const account = 'ends';
  await discoverThings(db, [{ id: 'a' }, { id: 'b' }], { account });
  const run = await stageThings(db, [{ id: 'a', size: 1 }, { id: 'b' }], { account });
  const isHeld = Promise.withResolvers<void>();
  const mayGo = Promise.withResolvers<void>();
  const holder = db.transaction().execute(async (trx) => {
    await sql`select from items where ci_id = ${thingId('a', account)} for update`.execute(trx);
    isHeld.resolve();
    await mayGo.promise;
  });
  await isHeld.promise;
  const promoting = promoteScope(db, run.runId, run.scopeId, POLICY);
  await waitForRowLock();
  const finishing = finishRun(db, run.runId, 'cancelled', []);
  await Promise.race([finishing, sleep(500)]);
  mayGo.resolve();
  await Promise.all([holder, promoting, finishing]);
  expect((await itemOf('a', account)).attributes.size).toBe(1);
  expect((await itemOf('b', account)).missing_since).toBeNull();
});

test('an attempt that overlaps the one before it counts nothing a second time', async () => {
  const account = 'overlaps';
  await discoverThings(db, [{ id: 'a' }], { account });
  const run = await stageThings(db, [], { account });
  const promote = () => promoteScope(db, run.runId, run.scopeId, POLICY);
  const counts = await Promise.all([promote(), promote()]);
  expect(counts.map(({ missing }) => missing).sort()).toEqual([0, 1]);
  expect(await itemOf('a', account)).toMatchObject({ status: 'active' });
});

test('a newer run in one slice refuses the older run there, and nowhere else in the scope', async () => {
  const account = 'one slice';
  const other = typeNamed('other_thing');
  await discoverThings(db, [{ id: 'a' }], { account });
  await discoverThings(db, [{ id: 'b' }], { account, type: other });
  const wide = await stageThings(db, [{ id: 'a', size: 1 }], { account, emptyTypes: [other] });
  await discoverThings(db, [{ id: 'b' }, { id: 'c' }], { account, type: other });
  await expect(promoteScope(db, wide.runId, wide.scopeId, POLICY)).rejects.toThrow(StaleRunError);
  expect((await itemOf('a', account)).attributes.size).toBe(1);
  const { rows } = await sql`
    select name from items where account = ${account} and missing_since is not null
  `.execute(db);
  expect(rows).toEqual([]);
});

test('of two listings the one that began later is the newer, whichever run was planned first', async () => {
  const account = 'listed later';
  const [first, second] = [randomUUID(), randomUUID()];
  const plan = (run_id: string) => planThings(db, run_id, { account });
  await plan(first);
  await plan(second);
  await stageThings(db, [{ id: 'a', size: 1 }], { account, runId: second });
  const late = await stageThings(db, [{ id: 'a', size: 2 }], { account, runId: first });
  await promoteScope(db, first, late.scopeId, POLICY);
  await expect(promoteScope(db, second, late.scopeId, POLICY)).rejects.toThrow(StaleRunError);
  expect((await itemOf('a', account)).attributes.size).toBe(2);
});

/** What a run lists – things by number, each with a size –, and how. */
const listing = fc.record({
  sizes: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 3 })),
  outcome: fc.constantFrom('complete' as const, 'complete' as const, 'partial' as const),
  promoted_at: fc.integer({ min: 0, max: 9 }),
});

test('of runs that overlap in any way none undoes what a newer one found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(listing, { minLength: 2, maxLength: 4 }), async (listings) => {
      const account = randomUUID();
      await discoverThings(db, [{ id: 'a', size: 1 }], { account });
      const runs = [];
      for (const [order, one] of listings.entries()) {
        const things = Object.entries(one.sizes).map(([id, size]) => ({ id, size }));
        const run = await stageThings(db, things, { account, outcome: one.outcome });
        runs.push({ ...one, ...run, order });
      }
      let newest = -1;
      const known = new Map([['a', { size: 1, is_missing: false }]]);
      for (const run of runs.toSorted((a, b) => a.promoted_at - b.promoted_at)) {
        const promoting = promoteScope(db, run.runId, run.scopeId, POLICY);
        if (run.order < newest) {
          await expect(promoting).rejects.toThrow(StaleRunError);
          continue;
        }
        // Staged as unchanged against a present that has changed since: refused, for once.
        const isMade = await promoting.then(
          () => true,
          (error) => {
            expect(error).toBeInstanceOf(StagingMismatchError);
            return false;
          },
        );
        if (!isMade) continue;
        newest = run.order;
        for (const [id, { size }] of known) {
          if (run.outcome === 'complete') known.set(id, { size, is_missing: !(id in run.sizes) });
        }
        for (const [id, size] of Object.entries(run.sizes)) {
          known.set(id, { size, is_missing: false });
        }
        for (const [id, { size, is_missing }] of known) {
          const item = await itemOf(id, account);
          expect([id, item.attributes.size]).toEqual([id, size]);
          const isGone = item.missing_since !== null || item.status === 'retired';
          expect([id, isGone]).toEqual([id, is_missing]);
        }
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);

/** Until some statement of this database waits for a row. */
async function waitForRowLock(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event = 'transactionid'
    `.execute(db);
    if (rows.length > 0) return;
    await sleep(20);
  }
}
