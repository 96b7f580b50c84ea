import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { getItem } from '../../../db/postgres/get-item.ts';
import { getStats } from '../../../db/postgres/get-stats.ts';
import { countItems, listItems } from '../../../db/postgres/list-items.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { holdsAt, type Moment, readAt } from '../../../db/postgres/moment.ts';
import { overrideItem } from '../../../db/postgres/override-item.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings, type Thing, thingId } from '../../support/things.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'as of test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Everything that can be asked, of the present or of a moment. */
async function answers(from: Db, moment: Moment | null) {
  const filters = [{}, { status: 'retired' as const }, { account: 'one' }];
  const lists = [];
  for (const filter of filters) {
    const { items } = await listItems(from, filter, 100, null, moment);
    lists.push({
      total: await countItems(from, filter, moment),
      // What was observed beside people's own values has no history.
      items: items.map(({ overrides: _, ...item }) => item),
    });
  }
  const edges = await sql<{ relationship_id: string; weight: number }>`
    select relationship_id, source_ci_id, target_ci_id, weight from relationships
    where ${holdsAt('valid_from', 'valid_to', moment)} order by relationship_id
  `.execute(from);
  return { lists, edges: edges.rows, stats: await getStats(from, null, moment) };
}

/** The time by the clock of the store, at which nothing happens any more. */
async function quietTime(): Promise<Date> {
  await sleep(3);
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  await sleep(3);
  return new Date(rows[0]?.now ?? 0);
}

const thing = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  size: fc.integer({ min: 0, max: 2 }),
  keys: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
  needs: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
});
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      things: fc.uniqueArray(thing, { selector: ({ id }) => id }),
      account: fc.constantFrom('one', 'two'),
      outcome: fc.constantFrom('complete', 'complete', 'partial', 'failed'),
      retireAfterScans: fc.constantFrom(1, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ci_id: fc.constantFrom(...['a', 'b', 'c'].map((id) => thingId(`one-${id}`, 'one'))),
      team: fc.constantFrom('left', 'right', null),
    }),
  },
);

function ofAccount(account: string, things: readonly Thing[]): Thing[] {
  const own = (keys: readonly string[] = []) => keys.map((key) => `${account}/${key}`);
  return things.map((one) => ({
    ...one,
    id: `${account}-${one.id}`,
    keys: own(one.keys),
    needs: own(one.needs),
  }));
}

test('a time shows what was answered then, however much has happened since', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
      await sql`truncate items, item_versions, item_absences, item_volatile, item_sources, item_keys,
        item_references, resolved_references, item_overrides, relationships, relate_queue, runs,
        slices, scopes, ticks cascade`.execute(db);
      const told = [{ at: await quietTime(), answer: await answers(db, null) }];
      for (const one of steps) {
        if ('team' in one) {
          const { ci_id, team } = one;
          await overrideItem(db, { ci_id, change: { team }, by: 'ada', expected_version: null });
        } else {
          const { things, account, outcome, ...options } = one;
          await discoverThings(db, ofAccount(account, things), {
            account,
            outcome: outcome as 'complete',
            ...options,
          });
        }
        told.push({ at: await quietTime(), answer: await answers(db, null) });
      }
      for (const { at, answer } of told) expect(await readAt(db, at, answers)).toEqual(answer);
    }),
    { numRuns: 30 },
  );
}, 240_000);

test('a volatile field is told of the past while it has not moved since', async () => {
  const account = 'volatile';
  const asOf = (at: Date) =>
    readAt(db, at, (from, moment) => getItem(from, thingId('a', account), moment));
  await discoverThings(db, [{ id: 'a', load: 1 }], { account });
  const first = await quietTime();
  expect((await asOf(first))?.attributes).toEqual({ size: 0, load: 1 });
  await discoverThings(db, [{ id: 'a', load: 2 }], { account });
  expect((await asOf(first))?.attributes).toEqual({ size: 0 });
  expect((await asOf(await quietTime()))?.attributes).toEqual({ size: 0, load: 2 });
});

test('when an item was last seen falls back to its version where the scans are gone', async () => {
  const account = 'scans';
  const run = await discoverThings(db, [{ id: 'a' }], { account });
  await discoverThings(db, [{ id: 'a', size: 2 }], { account });
  const at = await quietTime();
  await discoverThings(db, [{ id: 'a', size: 3 }], { account });
  const read = () => readAt(db, at, (from, moment) => getItem(from, thingId('a', account), moment));
  const before = await read();
  await sql`delete from slice_scans where slice_id = ${run.sliceId}`.execute(db);
  await db.updateTable('history_bound').set({ scans_kept_from: new Date() }).execute();
  const after = await read();
  await db.updateTable('history_bound').set({ scans_kept_from: null }).execute();
  expect(after?.last_seen_at).toBe(after?.updated_at);
  expect(Date.parse(before?.last_seen_at ?? '')).toBeLessThan(
    Date.parse(after?.last_seen_at ?? ''),
  );
});

test('pages of a past list cover it once, in the order of the present', async () => {
  const account = 'pages';
  const names = Array.from({ length: 7 }, (_, n) => ({ id: `p${n}`, size: 1 }));
  await discoverThings(db, names.slice(0, 4), { account });
  await discoverThings(db, names, { account });
  const at = await quietTime();
  await discoverThings(
    db,
    names.map((one) => ({ ...one, size: 2 })),
    { account },
  );
  const pages = await readAt(db, at, async (from, moment) => {
    const seen = [];
    let after = null;
    do {
      const page = await listItems(from, { account }, 3, after, moment);
      seen.push(...page.items.map(({ name, attributes }) => [name, attributes.size]));
      after = page.next;
    } while (after);
    return seen;
  });
  const present = await listItems(db, { account }, 100, null);
  expect(pages).toEqual(present.items.map(({ name }) => [name, 1]));
});
