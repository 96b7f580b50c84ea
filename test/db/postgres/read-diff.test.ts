import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { type DiffCursor, readDiff } from '../../../db/postgres/read-diff.ts';
import type { Difference } from '../../../model/diff.ts';
import type { Json } from '../../../model/resource-type.ts';
import { type Inventory, presentInventory } from '../../support/replayed.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings, type Thing } from '../../support/things.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'diff test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function quietTime(): Promise<Date> {
  await sleep(3);
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  await sleep(3);
  return new Date(rows[0]?.now ?? 0);
}

/** Every page, each by the cursor of the one before. */
async function diffOf(from: Date, to: Date, limit = 100, account?: string): Promise<Difference[]> {
  const all: Difference[] = [];
  let after: DiffCursor | null = null;
  do {
    const page = await readDiff(db, { from, to }, { account }, limit, after);
    expect(page.differences.length).toBeLessThanOrEqual(limit);
    expect(page.summary === null).toBe(after !== null);
    all.push(...page.differences);
    after = page.next;
  } while (after);
  return all;
}

/** What differs between two inventories, told in the plainest way. */
function naiveDiff(before: Inventory, after: Inventory): Record<string, Json> {
  const found: Record<string, Json> = {};
  for (const [id, item] of Object.entries(after.items)) {
    const was = before.items[id];
    if (!was) found[id] = { kind: 'added', changes: {} };
    else {
      const changes = changesOf(was.fields, item.fields);
      const kind = item.presence === 'here' ? 'back' : item.presence;
      if (was.presence !== item.presence) found[id] = { kind, changes };
      else if (Object.keys(changes).length > 0) found[id] = { kind: 'changed', changes };
    }
  }
  const [was, is] = [before.relationships, after.relationships];
  for (const id of Object.keys({ ...was, ...is })) {
    if (!was[id]) found[id] = { kind: 'relationship_added', changes: {} };
    else if (!is[id]) found[id] = { kind: 'relationship_ended', changes: {} };
  }
  return found;
}

function changesOf(before: Record<string, Json>, after: Record<string, Json>) {
  const changes: Record<string, { old: Json; new: Json }> = {};
  for (const path of Object.keys({ ...before, ...after })) {
    const [old, now] = [before[path] ?? null, after[path] ?? null];
    if (JSON.stringify(old) !== JSON.stringify(now)) changes[path] = { old, new: now };
  }
  return changes;
}

const idOf = (one: Difference) => ('ci' in one ? one.ci.ci_id : one.relationship.relationship_id);

const thing = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  size: fc.integer({ min: 0, max: 1 }),
  keys: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
  needs: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
});
const listing = fc.record({
  things: fc.uniqueArray(thing, { selector: ({ id }) => id }),
  account: fc.constantFrom('one', 'two'),
  retireAfterScans: fc.constantFrom(1, 2),
});

function ofAccount(account: string, things: readonly Thing[]): Thing[] {
  const own = (keys: readonly string[] = []) => keys.map((key) => `${account}/${key}`);
  return things.map((one) => ({
    ...one,
    id: `${account}-${one.id}`,
    keys: own(one.keys),
    needs: own(one.needs),
  }));
}

test('between any two times it tells what differs in the end, in pages of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(listing, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      async (listings, limit) => {
        await sql`truncate items, item_versions, item_absences, item_volatile, item_sources,
          item_keys, item_references, resolved_references, item_overrides, relationships,
          relate_queue, runs, slices, scopes, ticks cascade`.execute(db);
        const states = [{ at: await quietTime(), inventory: await presentInventory(db) }];
        for (const { things, account, ...options } of listings) {
          await discoverThings(db, ofAccount(account, things), { account, ...options });
          states.push({ at: await quietTime(), inventory: await presentInventory(db) });
        }
        const pairs = states.flatMap((from, place) => states.slice(place).map((to) => [from, to]));
        for (const [from, to] of pairs) {
          if (!from || !to) continue;
          const told = await diffOf(from.at, to.at, limit);
          const expected = naiveDiff(from.inventory, to.inventory);
          expect(Object.fromEntries(told.map((one) => [idOf(one), pick(one)] as const))).toEqual(
            expected,
          );
          expect(told).toHaveLength(Object.keys(expected).length);
        }
      },
    ),
    { numRuns: 20 },
  );
}, 240_000);

const pick = ({ kind, changes }: Difference) => ({ kind, changes });

test('the summary counts everything, not the page', async () => {
  const account = 'summary';
  const from = await quietTime();
  const things = Array.from({ length: 5 }, (_, n) => ({ id: `s${n}`, needs: ['thing:s0'] }));
  await discoverThings(db, things, { account });
  const to = await quietTime();
  const page = await readDiff(db, { from, to }, { account }, 2, null);
  expect(page.summary).toEqual({
    added: 5,
    retired: 0,
    missing: 0,
    back: 0,
    changed: 0,
    relationship_added: 4,
    relationship_changed: 0,
    relationship_ended: 0,
  });
  expect(page.differences).toHaveLength(2);
});

test('a filter finds what fits at either time, and whoever may see a part sees that part', async () => {
  const account = 'filter';
  await discoverThings(db, [{ id: 'stays' }, { id: 'stops' }], { account });
  const from = await quietTime();
  const stopped = { id: 'stops', status: 'inactive' as const };
  await discoverThings(db, [{ id: 'stays', size: 1 }, stopped], { account });
  const to = await quietTime();
  const named = async (filter: object) =>
    (await readDiff(db, { from, to }, filter, 10, null)).differences.map((one) =>
      'ci' in one ? `${one.kind} ${one.ci.name}` : one.kind,
    );
  expect((await named({ account, status: 'active' })).sort()).toEqual([
    'changed stays',
    'changed stops',
  ]);
  expect(await named({ account, status: 'inactive' })).toEqual(['changed stops']);
  expect(await named({ account: 'another' })).toEqual([]);
  expect(await named({ restriction: { accounts: ['another'] } })).toEqual([]);
});
