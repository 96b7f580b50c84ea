import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { getItem } from '../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import {
  promoteScope,
  StagingMismatchError,
  StaleRunError,
} from '../../../db/postgres/promote-scope.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { discoverThings, stageThings, type Thing, thingId } from '../../support/things.ts';

const POLICY = { retire_after_scans: 2, max_loss_percent: 50 };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'promote test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(async () => {
  await sql`truncate items, item_versions, item_absences, item_volatile, item_keys, item_references, resolved_references,
    relationships, relate_queue, runs, slices, scopes, ticks restart identity cascade`.execute(db);
});

const itemOf = async (id: string) => {
  const item = await getItem(db, thingId(id));
  if (!item) throw new Error(`no item ${id}`);
  return item;
};

/** Rows written so far, by table: what a discovery that finds nothing new must not add to. */
async function writtenRows() {
  const { rows } = await sql<{ name: string; fingerprint: string }>`
    select 'items' as name, md5(string_agg(items::text || xmin::text, '|' order by ci_id)) as fingerprint
      from items
    union all select 'item_versions', count(*)::text from item_versions
    union all select 'item_keys', md5(string_agg(k::text || xmin::text, '|' order by key, ci_id))
      from item_keys k
    union all select 'item_references', md5(string_agg(r::text || xmin::text, '|' order by reference_id))
      from item_references r
    union all select 'relationships', md5(string_agg(e::text || xmin::text, '|' order by relationship_id))
      from relationships e
    union all select 'ticks', count(*)::text from ticks
    order by 1
  `.execute(db);
  return rows;
}

describe('what is new, changed or the same', () => {
  test('a new thing becomes an item of version 1 with an empty history', async () => {
    const counts = await discoverThings(db, [{ id: 'a', size: 7 }]);
    expect(counts).toMatchObject({ added: 1, changed: 0, missing: 0 });
    const item = await itemOf('a');
    expect(item).toMatchObject({ name: 'a', version: 1, status: 'active', change_history: [] });
    expect(item.attributes).toEqual({ size: 7, load: 0 });
  });

  test('a change is a new version that says which field went from what to what', async () => {
    await discoverThings(db, [{ id: 'a', size: 7 }]);
    const { runId } = await discoverThings(db, [{ id: 'a', size: 8 }]);
    const item = await itemOf('a');
    expect(item.version).toBe(2);
    expect(item.change_history).toEqual([
      {
        version: 2,
        timestamp: item.updated_at,
        run_id: runId,
        changed_by: null,
        changes: { 'attributes.size': { old: 7, new: 8 } },
      },
    ]);
  });

  test('a second discovery of the same writes nothing to items, versions, links or outbox', async () => {
    const things = [{ id: 'a', needs: ['thing:b'] }, { id: 'b' }];
    await discoverThings(db, things);
    const before = await writtenRows();
    const counts = await discoverThings(db, things);
    expect(counts).toMatchObject({ added: 0, changed: 0, missing: 0, retired: 0 });
    expect(await writtenRows()).toEqual(before);
  });

  test('a volatile field is kept up to date and makes no version', async () => {
    await discoverThings(db, [{ id: 'a', load: 1 }]);
    await discoverThings(db, [{ id: 'a', load: 99 }]);
    const item = await itemOf('a');
    expect(item.attributes.load).toBe(99);
    expect(item.version).toBe(1);
  });

  test('the same record in two pages is one item, counted once', async () => {
    const counts = await discoverThings(db, [{ id: 'a' }, { id: 'b' }, { id: 'a' }], { pages: 3 });
    expect(counts.added).toBe(2);
  });

  test('text that PostgreSQL cannot keep in JSON does not stop the page', async () => {
    const counts = await discoverThings(db, [{ id: 'nul\0\ud800' }, { id: 'b' }]);
    expect(counts.added).toBe(2);
  });
});

describe('what is gone', () => {
  test('missing once is missing, missing twice is retired, seen again is back', async () => {
    await discoverThings(db, [{ id: 'a' }, { id: 'b' }]);
    const seen = (await itemOf('b')).last_seen_at;

    expect(await discoverThings(db, [{ id: 'a' }])).toMatchObject({ missing: 1, retired: 0 });
    const missing = await itemOf('b');
    expect(missing.status).toBe('active');
    expect(missing.missing_since).not.toBeNull();
    expect(missing.last_seen_at).toBe(seen);

    expect(await discoverThings(db, [{ id: 'a' }])).toMatchObject({ missing: 0, retired: 1 });
    expect(await itemOf('b')).toMatchObject({ status: 'retired', version: 2 });

    const back = await discoverThings(db, [{ id: 'a' }, { id: 'b' }]);
    expect(back).toMatchObject({ resurrected: 1, added: 0, changed: 0 });
    expect(await itemOf('b')).toMatchObject({ status: 'active', version: 3, missing_since: null });
  });

  test.each(['partial', 'failed', 'denied'] as const)(
    'a %s listing proves nothing',
    async (outcome) => {
      await discoverThings(db, [{ id: 'a' }, { id: 'b' }], { retireAfterScans: 1 });
      await discoverThings(db, [{ id: 'a' }], { outcome, retireAfterScans: 1 });
      expect(await itemOf('b')).toMatchObject({ status: 'active', missing_since: null });
    },
  );

  test('a partial listing still adds and changes', async () => {
    await discoverThings(db, [{ id: 'a', size: 1 }]);
    const things = [{ id: 'a', size: 2 }, { id: 'new' }];
    const counts = await discoverThings(db, things, { outcome: 'partial' });
    expect(counts).toMatchObject({ added: 1, changed: 1 });
  });

  test('a record that does not parse keeps its own item from being retired, and no other', async () => {
    await discoverThings(db, [{ id: 'a' }, { id: 'b' }], { retireAfterScans: 1 });
    const counts = await discoverThings(db, [{ id: 'a', size: 'seven' }], { retireAfterScans: 1 });
    expect(counts).toMatchObject({ retired: 1 });
    expect((await itemOf('a')).status).toBe('active');
    expect((await itemOf('b')).status).toBe('retired');
  });

  test('a source that says retired is not brought back to life by being listed', async () => {
    await discoverThings(db, [{ id: 'a', status: 'retired' }]);
    await discoverThings(db, [{ id: 'a', status: 'retired' }]);
    expect(await itemOf('a')).toMatchObject({ status: 'retired', version: 1 });
  });

  test('a slice that loses more than half, and more than 20, is held', async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ id: `thing-${n}` }));
    await discoverThings(db, many, { retireAfterScans: 1 });
    const counts = await discoverThings(db, many.slice(0, 20), { retireAfterScans: 1 });
    expect(counts).toMatchObject({ held_slices: 1, retired: 0, missing: 0 });
  });

  test('things that were replaced by as many others are no loss', async () => {
    const named = (prefix: string) =>
      Array.from({ length: 50 }, (_, n) => ({ id: `${prefix}-${n}` }));
    await discoverThings(db, named('old'), { retireAfterScans: 1 });
    const counts = await discoverThings(db, named('new'), { retireAfterScans: 1 });
    expect(counts).toMatchObject({ held_slices: 0, retired: 50, added: 50 });
  });
});

describe('what must not be promoted', () => {
  test('a run older than the one that promoted last is refused', async () => {
    const old = await stageThings(db, [{ id: 'a', size: 1 }]);
    await discoverThings(db, [{ id: 'a', size: 2 }]);
    await expect(promoteScope(db, old.runId, old.scopeId, POLICY)).rejects.toThrow(StaleRunError);
    expect((await itemOf('a')).attributes.size).toBe(2);
  });

  test('staging that lost a row is refused', async () => {
    const run = await stageThings(db, [{ id: 'a' }, { id: 'b' }]);
    await sql`delete from staged_items where ci_id = ${thingId('b')}`.execute(db);
    await expect(promoteScope(db, run.runId, run.scopeId, POLICY)).rejects.toThrow(
      StagingMismatchError,
    );
  });

  test('promoting twice changes nothing the second time', async () => {
    const run = await stageThings(db, [{ id: 'a' }]);
    expect((await promoteScope(db, run.runId, run.scopeId, POLICY)).added).toBe(1);
    const before = await writtenRows();
    expect((await promoteScope(db, run.runId, run.scopeId, POLICY)).added).toBe(0);
    expect(await writtenRows()).toEqual(before);
  });
});

/** What a scan of the model says: which things there are, or that the listing was not complete. */
const scan = fc.record({
  things: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      size: fc.integer({ min: 0, max: 2 }),
    }),
    { selector: (thing) => thing.id },
  ),
  outcome: fc.constantFrom('complete', 'complete', 'complete', 'partial', 'failed', 'denied'),
});

interface Expected {
  size: number;
  version: number;
  misses: number;
  isRetired: boolean;
}

/** The same rules, told again in the plainest way. */
function expectAfter(scans: ReadonlyArray<{ things: Thing[]; outcome: string }>) {
  const model = new Map<string, Expected>();
  for (const { things, outcome } of scans) {
    if (outcome === 'failed' || outcome === 'denied') continue;
    for (const { id, size = 0 } of things) {
      const known = model.get(id);
      const isNew = !known || known.size !== size || known.isRetired;
      const version = (known?.version ?? 0) + (isNew ? 1 : 0);
      model.set(id, { size, version, misses: 0, isRetired: false });
    }
    if (outcome !== 'complete') continue;
    for (const [id, item] of model) {
      if (item.isRetired || things.some((thing) => thing.id === id)) continue;
      item.misses += 1;
      if (item.misses < 2) continue;
      item.isRetired = true;
      item.version += 1;
    }
  }
  return model;
}

test('any sequence of scans leaves what a naive model says, with gapless versions', async () => {
  let account = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(scan, { maxLength: 8 }), async (scans) => {
      account += 1;
      const here = `model-${account}`;
      for (const { things, outcome } of scans) {
        await discoverThings(db, things, { account: here, outcome: outcome as 'complete' });
      }
      for (const [id, expected] of expectAfter(scans as never)) {
        const item = await getItem(db, thingId(id, here));
        expect(item).toMatchObject({
          version: expected.version,
          status: expected.isRetired ? 'retired' : 'active',
          attributes: { size: expected.size },
        });
      }
      const { rows } = await sql<{ broken: number }>`
        with intervals as (
          select ci_id, version, valid_from, valid_to from item_versions
          union all select ci_id, version, valid_from, null from items
        ),
        ordered as (
          select *, row_number() over (partition by ci_id order by version) as place,
            lead(valid_from) over (partition by ci_id order by version) as next_from
          from intervals
        )
        select count(*) as broken from ordered
        where place <> version or valid_to is distinct from next_from
      `.execute(db);
      expect(rows[0]?.broken).toBe(0);
    }),
    { numRuns: 60 },
  );
});
