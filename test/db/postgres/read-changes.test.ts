import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import pLimit from 'p-limit';
import {
  type FeedCursor,
  ForeignCursorError,
  PrunedCursorError,
} from '../../../db/postgres/changes/feed-cursor.ts';
import { openTick, sealTick } from '../../../db/postgres/clock.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { overrideItem } from '../../../db/postgres/override-item.ts';
import { promoteScope } from '../../../db/postgres/promote-scope.ts';
import {
  type ChangePage,
  type ChangeQuery,
  type FeedEntry,
  isEventWanted,
  newestPlace,
  readChanges,
} from '../../../db/postgres/read-changes.ts';
import { relate } from '../../../db/postgres/relate.ts';
import type { ChangeEvent } from '../../../model/change-event.ts';
import { presentInventory, replay } from '../../support/replayed.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings, stageThings, type Thing, thingId } from '../../support/things.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'changes test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(empty);

async function empty() {
  await sql`truncate items, item_versions, item_absences, item_volatile, item_sources, item_keys,
    item_references, resolved_references, item_overrides, relationships, relate_queue, runs, slices,
    scopes, ticks restart identity cascade`.execute(db);
}

/** Reads to the end, each time as somebody would who has kept nothing but the text of the cursor. */
async function readAll(
  query: ChangeQuery = {},
  { limit = () => 100, from = null }: { limit?: () => number; from?: FeedCursor | null } = {},
): Promise<FeedEntry[]> {
  const all: FeedEntry[] = [];
  let kept = JSON.stringify(from);
  for (;;) {
    const most = limit();
    const page: ChangePage = await readChanges(db, JSON.parse(kept), query, most);
    expect(page.entries.length).toBeLessThanOrEqual(most);
    all.push(...page.entries);
    kept = JSON.stringify(page.next);
    if (!page.has_more) return all;
  }
}

const eventsOf = (entries: readonly FeedEntry[]) => entries.map(({ event }) => event);
const told = (events: readonly ChangeEvent[]) =>
  events.map((event) => `${event.type} ${'ci' in event ? event.ci.name : edgeName(event)}`);
const edgeName = (event: ChangeEvent) =>
  'ci' in event ? '' : `${event.source.name}>${event.target.name}`;

test('each kind of change is one event, with what it changed and the run that saw it', async () => {
  const a: Thing = { id: 'a', size: 1, needs: ['thing:b'] };
  const b: Thing = { id: 'b' };
  const runs = [];
  for (const things of [[a, b], [{ ...a, size: 2 }, b], [a], [a], [a, b], [a, b]]) {
    runs.push((await discoverThings(db, things)).runId);
  }
  const events = eventsOf(await readAll());
  expect(told(events)).toEqual([
    ...inOrder('ci.created', ['a', 'b']),
    'relationship.added a>b',
    'ci.updated a',
    ...inOrder('', ['ci.updated a', 'ci.missing b']),
    'relationship.ended a>b',
    'ci.retired b',
    'ci.back b',
    'relationship.added a>b',
  ]);
  const updated = events.find((event) => event.type === 'ci.updated');
  expect(updated).toMatchObject({
    run_id: runs[1],
    changed_by: null,
    ci: { version: 2, provider: 'host', account: 'synthetic' },
    changes: { 'attributes.size': { old: 1, new: 2 } },
  });
  const [created] = events;
  expect(created).toMatchObject({ ci: { version: 1 }, changes: { name: { old: null } } });
  expect(events.find((event) => event.type === 'ci.missing')).toMatchObject({ changes: {} });
  expect(events.find((event) => event.type === 'ci.back')).toMatchObject({
    changes: { status: { old: 'retired', new: 'active' } },
  });
});

/** Events of one commit come in the order of ids, which names do not tell. */
function inOrder(type: string, named: readonly string[]): string[] {
  const idOf = (name: string) => thingId(name.split(' ').at(-1) ?? '');
  return named
    .toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1))
    .map((name) => `${type} ${name}`.trim());
}

test('a volatile field that moves is no event, and does not stop the reader', async () => {
  await discoverThings(db, [{ id: 'a', load: 1 }]);
  const place = await newestPlace(db);
  await discoverThings(db, [{ id: 'a', load: 2 }]);
  expect((await newestPlace(db)).seq).toBe(place.seq + 1);
  const page = await readChanges(db, place, {}, 10);
  expect(page).toMatchObject({ entries: [], next: await newestPlace(db), has_more: false });
});

test('what a person set is an event that says who', async () => {
  await discoverThings(db, [{ id: 'a' }]);
  const place = await newestPlace(db);
  const change = { team: 'payments' };
  const ci_id = thingId('a');
  await overrideItem(db, { ci_id, change, by: 'ada', expected_version: null });
  expect(eventsOf(await readAll({}, { from: place }))).toMatchObject([
    {
      type: 'ci.updated',
      run_id: null,
      changed_by: 'ada',
      ci: { team: 'payments' },
      changes: { team: { old: null, new: 'payments' } },
    },
  ]);
});

test('an item that leaves a team is told to both teams, and so are the ends of a relationship', async () => {
  const account = 'teams';
  await discoverThings(db, [{ id: 'a', needs: ['thing:b'] }, { id: 'b' }], { account });
  const set = (team: string) =>
    overrideItem(db, {
      ci_id: thingId('a', account),
      change: { team },
      by: 'ada',
      expected_version: null,
    });
  await set('left');
  await set('right');
  expect(told(eventsOf(await readAll({ team: 'left' })))).toEqual(['ci.updated a', 'ci.updated a']);
  expect(told(eventsOf(await readAll({ team: 'right' })))).toEqual(['ci.updated a']);
  const ofB = await readAll({ ci_id: thingId('b', account) });
  expect(told(eventsOf(ofB))).toEqual(['ci.created b', 'relationship.added a>b']);
  const types = ['relationship.added'] as const;
  expect(told(eventsOf(await readAll({ types })))).toEqual(['relationship.added a>b']);
});

test('whoever may see a part hears of that part', async () => {
  await discoverThings(db, [{ id: 'mine' }], { account: 'one' });
  await discoverThings(db, [{ id: 'theirs' }], { account: 'two' });
  const restriction = { accounts: ['one'] };
  expect(told(eventsOf(await readAll({ restriction })))).toEqual(['ci.created mine']);
});

test('a call that finds nothing wanted says how far it looked', async () => {
  const many = Array.from({ length: 2_500 }, (_, n) => ({ id: `t${n}` }));
  await discoverThings(db, many);
  const page = await readChanges(db, null, { account: 'another' }, 10);
  expect(page.entries).toEqual([]);
  expect(page.next).toEqual(await newestPlace(db));
});

test('a cursor of another store is refused, and one that is pruned away', async () => {
  await discoverThings(db, [{ id: 'a' }]);
  const { seq } = await newestPlace(db);
  await expect(readChanges(db, { seq: seq + 1, inside: null }, {}, 1)).rejects.toThrow(
    ForeignCursorError,
  );
  const kept_from = new Date();
  await db.updateTable('history_bound').set({ seq, kept_from }).execute();
  const inside = { kind: 'item' as const, id: thingId('a') };
  for (const gone of [
    { seq: seq - 1, inside: null },
    { seq, inside },
  ]) {
    await expect(readChanges(db, gone, {}, 1)).rejects.toThrow(PrunedCursorError);
  }
  await expect(readChanges(db, { seq, inside: null }, {}, 1)).resolves.toMatchObject({
    has_more: false,
  });
  expect(await readAll()).toEqual([]);
  await db.updateTable('history_bound').set({ seq: 0, kept_from: null }).execute();
});

const thing = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  size: fc.integer({ min: 0, max: 2 }),
  load: fc.integer({ min: 0, max: 2 }),
  keys: fc.uniqueArray(fc.constantFrom('k1', 'k2')),
  needs: fc.uniqueArray(fc.constantFrom('k1', 'k2', 'thing:a')),
});
const listing = fc.record({
  things: fc.uniqueArray(thing, { selector: ({ id }) => id }),
  account: fc.constantFrom('one', 'two'),
  retireAfterScans: fc.constantFrom(1, 2),
});

/** Keys and ids of one account are not those of another. */
function ofAccount(account: string, things: readonly Thing[]): Thing[] {
  const own = (key: string) =>
    key.replace('thing:', `thing:${account}-`).replace('k', `${account}/k`);
  return things.map((one) => ({
    ...one,
    id: `${account}-${one.id}`,
    keys: (one.keys ?? []).map(own),
    needs: (one.needs ?? []).map(own),
  }));
}

test('the feed from its beginning, in pages of any size, comes to exactly the present', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(listing, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
      async (listings, limits) => {
        await empty();
        for (const { things, account, ...options } of listings) {
          await discoverThings(db, ofAccount(account, things), { account, ...options });
        }
        const entries = await readAll({}, { limit: () => limits.next().value });
        expect(replay(eventsOf(entries))).toEqual(await presentInventory(db));
        expect(entries).toEqual(await readAll());
        const query = { account: 'one', types: ['ci.created', 'relationship.added'] as const };
        expect(eventsOf(await readAll(query))).toEqual(
          eventsOf(entries).filter((event) => isEventWanted(query, event)),
        );
      },
    ),
    { numRuns: 30 },
  );
}, 240_000);

test('a reader beside writers misses nothing and reads nothing twice', async () => {
  const accounts = ['w1', 'w2', 'w3'];
  const oneAtATime = pLimit(1);
  let areWriting = true;
  const writing = Promise.all(
    accounts.map(async (account, place) => {
      for (let round = 0; round < 12; round++) {
        const ids = ['a', 'b', 'c', 'd'].slice(0, 1 + ((round + place) % 4));
        const things = ids.map((id) => ({
          id: `${account}-${id}`,
          size: round,
          needs: [`thing:${account}-a`],
        }));
        const run = await oneAtATime(() => stageThings(db, things, { account }));
        const policy = { retire_after_scans: 1, max_loss_percent: 50 };
        await promoteScope(db, run.runId, run.scopeId, policy);
        await relate(db, run.runId, 10_000);
      }
    }),
  ).finally(() => {
    areWriting = false;
  });
  const entries: FeedEntry[] = [];
  let place: FeedCursor | null = null;
  for (let hasMore = true; areWriting || hasMore; ) {
    const page: ChangePage = await readChanges(db, place, {}, 3);
    entries.push(...page.entries);
    place = page.next;
    hasMore = page.has_more;
  }
  await writing;
  entries.push(...(await readAll({}, { from: place })));
  expect(replay(eventsOf(entries))).toEqual(await presentInventory(db));
  expect(entries).toEqual(await readAll());
}, 120_000);

test('a commit that overtakes an older tick stands before it in the feed', async () => {
  await discoverThings(db, [{ id: 'a' }]);
  const isOpen = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const slow = db.transaction().execute(async (trx) => {
    const tick = await openTick(trx);
    isOpen.resolve();
    await mayEnd.promise;
    await sql`
      insert into item_absences (ci_id, from_tick, last_seen_at)
      values (${thingId('a')}, ${tick}, now())
    `.execute(trx);
    await sealTick(trx, tick, null);
  });
  await isOpen.promise;
  await discoverThings(db, [{ id: 'b' }], { account: 'fast' });
  const before = await readAll();
  expect(told(eventsOf(before))).toEqual(['ci.created a', 'ci.created b']);
  mayEnd.resolve();
  await slow;
  const from = before.at(-1)?.cursor ?? null;
  expect(told(eventsOf(await readAll({}, { from })))).toEqual(['ci.missing a']);
});
