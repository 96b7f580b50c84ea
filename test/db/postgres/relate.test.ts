import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { v3 } from 'uuid';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { relate } from '../../../db/postgres/relate.ts';
import { CI_NAMESPACE } from '../../../model/identity.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { discoverThings, type Thing, thingId, thingType } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'relate test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** The current relationships of an account as `source>target`, sorted. */
async function edgesOf(account: string, ids: readonly string[]): Promise<string[]> {
  const names = new Map(ids.map((id) => [thingId(id, account), id]));
  const { rows } = await sql<{ source_ci_id: string; target_ci_id: string }>`
    select source_ci_id, target_ci_id from relationships
    where valid_to is null and source_ci_id = any(${[...names.keys()]}::uuid[])
  `.execute(db);
  return rows.map((row) => `${names.get(row.source_ci_id)}>${names.get(row.target_ci_id)}`).sort();
}

test('a reference whose target is not known yet resolves when the target appears', async () => {
  await discoverThings(db, [{ id: 'a', needs: ['late:b'] }], { account: 'late-a' });
  expect(await edgesOf('late-a', ['a'])).toEqual([]);
  await discoverThings(db, [{ id: 'b', keys: ['late:b'] }], { account: 'late-b' });
  const { rows } = await sql<{ target_ci_id: string }>`
    select target_ci_id from relationships where source_ci_id = ${thingId('a', 'late-a')}
  `.execute(db);
  expect(rows).toEqual([{ target_ci_id: thingId('b', 'late-b') }]);
});

test('a key with two live owners resolves to nobody, and again when one of them goes', async () => {
  const account = 'ambiguous';
  const a = { id: 'a', needs: ['shared'] };
  const twins = [
    { id: 'b', keys: ['shared'] },
    { id: 'c', keys: ['shared'] },
  ];
  await discoverThings(db, [a, twins[0]], { account });
  expect(await edgesOf(account, ['a', 'b', 'c'])).toEqual(['a>b']);
  await discoverThings(db, [a, ...twins], { account });
  expect(await edgesOf(account, ['a', 'b', 'c'])).toEqual([]);
  await discoverThings(db, [a, twins[1]], { account });
  expect(await edgesOf(account, ['a', 'b', 'c'])).toEqual(['a>c']);
});

test('a relationship stands while one of two references behind it is left', async () => {
  const account = 'support';
  const b = { id: 'b', keys: ['other:b'] };
  await discoverThings(db, [{ id: 'a', needs: ['thing:b', 'other:b'] }, b], { account });
  await discoverThings(db, [{ id: 'a', needs: ['other:b'] }, b], { account });
  expect(await edgesOf(account, ['a', 'b'])).toEqual(['a>b']);
  const { rows } = await sql`
    select from relationships where source_ci_id = ${thingId('a', account)}
  `.execute(db);
  expect(rows).toHaveLength(1);
  await discoverThings(db, [{ id: 'a' }, b], { account });
  expect(await edgesOf(account, ['a', 'b'])).toEqual([]);
});

test('a relationship ends as soon as its target is missing, and begins again with it', async () => {
  const account = 'missing';
  const a = { id: 'a', needs: ['missing:b'] };
  const b = { id: 'b', keys: ['missing:b'] };
  await discoverThings(db, [a, b], { account });
  await discoverThings(db, [a], { account });
  expect(await edgesOf(account, ['a', 'b'])).toEqual([]);
  await discoverThings(db, [a, b], { account });
  expect(await edgesOf(account, ['a', 'b'])).toEqual(['a>b']);
});

test('the id of a relationship is UUIDv3 of its ends, type and discriminator', async () => {
  const account = 'identity';
  await discoverThings(
    db,
    [
      { id: 'a', needs: ['identity:b'] },
      { id: 'b', keys: ['identity:b'] },
    ],
    {
      account,
    },
  );
  const [source, target] = [thingId('a', account), thingId('b', account)];
  const { rows } = await sql<{ relationship_id: string }>`
    select relationship_id from relationships where source_ci_id = ${source}
  `.execute(db);
  expect(rows[0]?.relationship_id).toBe(v3(`${source} depends_on ${target} `, CI_NAMESPACE));
});

test('small batches come to the same as one large batch', async () => {
  const account = 'batches';
  const ids = Array.from({ length: 12 }, (_, n) => `t${n}`);
  const things = ids.map((id, n) => ({
    id,
    keys: [`batches:${n}`],
    needs: [`batches:${(n + 1) % 12}`, `batches:${(n + 5) % 12}`],
  }));
  const { runId } = await discoverThings(db, things, { account, relate: false });
  let calls = 0;
  while ((await relate(db, runId, 3)).taken > 0) calls += 1;
  expect(calls).toBe(4);
  expect(await edgesOf(account, ids)).toHaveLength(24);
});

const IDS = ['a', 'b', 'c', 'd'];
const KEYS = ['k1', 'k2', 'k3'];

const estate = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...IDS),
    keys: fc.uniqueArray(fc.constantFrom(...KEYS)),
    needs: fc.uniqueArray(fc.constantFrom(...KEYS)),
  }),
  { selector: (thing) => thing.id },
);

/** Every pair, key by key, in the plainest way. */
function naiveEdges(things: readonly Thing[]): string[] {
  const edges = new Set<string>();
  for (const source of things) {
    for (const need of source.needs ?? []) {
      const owners = things.filter((thing) => thing.keys?.includes(need));
      const [only] = owners;
      if (owners.length === 1 && only && only.id !== source.id)
        edges.add(`${source.id}>${only.id}`);
    }
  }
  return [...edges].sort();
}

test('after any sequence of discoveries the relationships are those of the last estate', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(estate, { minLength: 1, maxLength: 5 }), async (estates) => {
      count += 1;
      const account = `property-${count}`;
      const scoped = (keys: readonly string[]) => keys.map((key) => `${account}/${key}`);
      for (const things of estates) {
        const here = things.map(({ id, keys, needs }) => ({
          id: `${account}-${id}`,
          keys: scoped(keys),
          needs: scoped(needs),
        }));
        await discoverThings(db, here, { account });
      }
      const names = IDS.map((id) => `${account}-${id}`);
      const edges = (await edgesOf(account, names)).map((edge) =>
        edge.replaceAll(`${account}-`, ''),
      );
      expect(edges).toEqual(naiveEdges(estates.at(-1) ?? []));
    }),
    { numRuns: 60 },
  );
});

describe('an item is known by its own id, too', () => {
  const keyOf = (id: string, account: string) => `ci:${thingId(id, account)}`;

  test('before it is there, while it is there, while it is missing, and when it is back', async () => {
    const account = 'by id';
    const a = { id: 'a', needs: [keyOf('b', account)] };
    const edges = () => edgesOf(account, ['a', 'b']);
    await discoverThings(db, [a], { account });
    expect(await edges()).toEqual([]);
    await discoverThings(db, [a, { id: 'b' }], { account });
    expect(await edges()).toEqual(['a>b']);
    await discoverThings(db, [a], { account });
    expect(await edges()).toEqual([]);
    await discoverThings(db, [a], { account });
    expect(await edges()).toEqual([]);
    await discoverThings(db, [a, { id: 'b' }], { account });
    expect(await edges()).toEqual(['a>b']);
  });

  test('also as the source', async () => {
    const account = 'by id source';
    const type: AnyResourceType = {
      ...thingType,
      references: () => [
        { relation: 'needs', key: keyOf('b', account), source_key: keyOf('a', account) },
      ],
    };
    await discoverThings(db, [{ id: 'c' }], { account, type });
    await discoverThings(db, [{ id: 'a' }, { id: 'b' }, { id: 'c' }], { account, type });
    expect(await edgesOf(account, ['a', 'b'])).toEqual(['a>b']);
  });

  test('and what only looks like one is nobody', async () => {
    const account = 'no id';
    const needs = ['ci:', 'ci:nobody', `ci:${thingId('b', account).toUpperCase()}`, 'ci:%'];
    await discoverThings(db, [{ id: 'a', needs }, { id: 'b' }], { account });
    expect(await edgesOf(account, ['a', 'b'])).toEqual([]);
  });
});
