import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { PrunedMomentError, readAt } from '../../../db/postgres/moment.ts';
import { acknowledge, changedEdges } from '../../../db/postgres/outbox.ts';
import { moveBound, type PruneBounds } from '../../../db/postgres/prune/move-bound.ts';
import {
  pruneAbsences,
  pruneRelationships,
  pruneTicks,
  pruneVersions,
} from '../../../db/postgres/prune/prune-intervals.ts';
import { listOldRuns, pruneRuns, pruneScans } from '../../../db/postgres/prune/prune-runs.ts';
import { newestPlace, readChanges } from '../../../db/postgres/read-changes.ts';
import { answersAt, emptyInventory, ofAccount, quietTime } from '../../support/past.ts';
import { presentInventory, replay } from '../../support/replayed.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings, thingId } from '../../support/things.ts';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'prune test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(() => emptyInventory(db));

/** Prunes all that there is to prune, in batches as small as they get. */
async function prune({ moment, scans_before }: PruneBounds): Promise<number> {
  let total = 0;
  const all = async (step: () => Promise<number>) => {
    for (let count = 1; count > 0; total += count) count = await step();
  };
  if (moment) {
    for (const step of [pruneVersions, pruneRelationships, pruneAbsences, pruneTicks]) {
      await all(() => step(db, moment, 2));
    }
  }
  if (!scans_before) return total;
  for (const runId of await listOldRuns(db, scans_before)) {
    for (let after: string | null = NIL_UUID; after; ) {
      const page = await pruneScans(db, runId, scans_before, after, 1);
      total += page.deleted;
      after = page.next_after;
    }
  }
  return total + (await pruneRuns(db, scans_before));
}

/** The graph has read everything. */
const publish = async () => acknowledge(db, 'graph', (await newestPlace(db)).seq);

const thing = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  size: fc.integer({ min: 0, max: 2 }),
  keys: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
  needs: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
});
const listing = fc.record({
  things: fc.uniqueArray(thing, { selector: ({ id }) => id }),
  account: fc.constantFrom('one', 'two'),
  outcome: fc.constantFrom('complete', 'complete', 'partial', 'failed'),
  retireAfterScans: fc.constantFrom(1, 2),
});

test('whatever is pruned, every time from the bound on is answered as before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(listing, { minLength: 2, maxLength: 6 }),
      fc.nat(),
      async (listings, choice) => {
        await emptyInventory(db);
        const told = [];
        for (const { things, account, outcome, ...options } of listings) {
          await discoverThings(db, ofAccount(account, things), {
            account,
            outcome: outcome as 'complete',
            ...options,
          });
          const at = await quietTime(db);
          const inventory = await presentInventory(db);
          told.push({
            at,
            answer: await answersAt(db, null),
            inventory,
            ...(await newestPlace(db)),
          });
        }
        await publish();
        const bound = told[choice % told.length];
        if (!bound) return;
        const bounds = await moveBound(db, { history: bound.at, scans: bound.at });
        await prune(bounds);

        for (const { at, answer } of told) {
          if (at >= bound.at) {
            expect(withoutChanges(await readAt(db, at, answersAt))).toEqual(withoutChanges(answer));
          } else if (bound.seq > 0) {
            await expect(readAt(db, at, answersAt)).rejects.toThrow(PrunedMomentError);
          }
        }
        const { entries } = await readChanges(db, null, {}, 500);
        const before = bound.seq > 0 ? bound.inventory : undefined;
        expect(
          replay(
            entries.map(({ event }) => event),
            before,
          ),
        ).toEqual(await presentInventory(db));
        expect(await leftBefore(bound.seq)).toBe(0);
        expect(await prune(bounds)).toBe(0);
      },
    ),
    { numRuns: 20 },
  );
}, 240_000);

/** Of an item only the changes from the bound on are kept. */
function withoutChanges({ lists, ...rest }: Awaited<ReturnType<typeof answersAt>>) {
  return {
    ...rest,
    lists: lists.map(({ total, items }) => ({
      total,
      items: items.map(({ change_history: _, ...item }) => item),
    })),
  };
}

/** Rows that ended up to a commit: none of them can be asked about any more. */
async function leftBefore(seq: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select valid_to as tick from item_versions
      union all select valid_to from relationships where valid_to is not null
      union all select to_tick from item_absences where to_tick is not null
    ) ended join ticks using (tick) where seq <= ${seq}
  `.execute(db);
  return rows[0]?.count ?? 0;
}

test('nothing is pruned that the graph has not read', async () => {
  await discoverThings(db, [{ id: 'a', needs: ['thing:b'] }, { id: 'b' }]);
  await publish();
  const read = await newestPlace(db);
  await discoverThings(db, [{ id: 'a' }]);
  const at = await quietTime(db);
  const { moment } = await moveBound(db, { history: at, scans: null });
  expect(moment?.seq).toBe(read.seq);
  expect(await prune({ moment, scans_before: null })).toBe(0);
  const { rows } = await sql`select from relationships where valid_to is not null`.execute(db);
  expect(rows).toHaveLength(1);
});

test('while the graph has read nothing there is no bound', async () => {
  await discoverThings(db, [{ id: 'a' }]);
  const at = await quietTime(db);
  expect(await moveBound(db, { history: at, scans: null })).toEqual({
    moment: null,
    scans_before: null,
  });
  await expect(readAt(db, new Date(0), async () => 'an answer')).resolves.toBe('an answer');
});

test('the bound does not move back when more is to be kept', async () => {
  await discoverThings(db, [{ id: 'a' }]);
  await publish();
  const [early, late] = [await quietTime(db), await quietTime(db)];
  const first = await moveBound(db, { history: late, scans: late });
  expect(await moveBound(db, { history: early, scans: early })).toEqual(first);
  expect(await moveBound(db, { history: null, scans: null })).toEqual(first);
  await expect(readAt(db, early, async () => null)).rejects.toThrow(PrunedMomentError);
});

test('a relationship that begins again after its past was pruned reaches the graph', async () => {
  const both = [{ id: 'a', needs: ['thing:b'] }, { id: 'b' }];
  await discoverThings(db, both);
  await discoverThings(db, [{ id: 'a' }, { id: 'b' }]);
  await publish();
  await prune(await moveBound(db, { history: await quietTime(db), scans: null }));
  const { seq } = await newestPlace(db);
  await discoverThings(db, both);
  const ticks = await db.selectFrom('ticks').select('tick').where('seq', '>', seq).execute();
  const read = [];
  for await (const edges of changedEdges(
    db,
    ticks.map(({ tick }) => tick),
    10,
  )) {
    read.push(...edges);
  }
  expect(read).toMatchObject([{ source_ci_id: thingId('a'), target_ci_id: thingId('b') }]);
});

test('of many scans the newest of each slice stays, and the proof at the bound', async () => {
  const runs = [];
  for (const outcome of ['complete', 'complete', 'failed', 'failed', 'failed'] as const) {
    runs.push((await discoverThings(db, [{ id: 'a' }], { outcome })).runId);
  }
  await prune(await moveBound(db, { history: null, scans: await quietTime(db) }));
  const left = await db.selectFrom('slice_scans').select('run_id').execute();
  expect(left.map(({ run_id }) => run_id).sort()).toEqual([runs[1], runs[4]].sort());
  const kept = await db.selectFrom('runs').select('run_id').execute();
  expect(kept).toHaveLength(2);
});

test('a run that is under way is left alone, however old', async () => {
  const { runId } = await discoverThings(db, [{ id: 'a' }]);
  await discoverThings(db, [{ id: 'a' }]);
  await db.updateTable('runs').set({ status: 'running' }).where('run_id', '=', runId).execute();
  expect(await prune(await moveBound(db, { history: null, scans: await quietTime(db) }))).toBe(0);
});
