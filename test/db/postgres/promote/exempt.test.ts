import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'exempt test' });
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

const UNREADABLE = 'seven';

test('records that do not parse any more are no loss', async () => {
  const account = 'no loss';
  const many = Array.from({ length: 50 }, (_, n) => ({ id: `thing-${n}` }));
  await discoverThings(db, many, { account });
  const unreadable = many.map(({ id }) => ({ id, size: UNREADABLE }));
  const counts = await discoverThings(db, unreadable, { account });
  expect(counts).toMatchObject({ held_slices: 0, missing: 0, retired: 0 });
});

test('an unreadable record is proof enough that its missing item is back', async () => {
  const account = 'back';
  const others = [{ id: 'b', needs: ['back:a'] }];
  await discoverThings(db, [{ id: 'a', keys: ['back:a'] }, ...others], { account });
  await discoverThings(db, others, { account });
  expect((await itemOf('a', account)).missing_since).not.toBeNull();

  await discoverThings(db, [{ id: 'a', size: UNREADABLE }, ...others], { account });
  expect(await itemOf('a', account)).toMatchObject({ missing_since: null, version: 1 });
  const { rows } = await sql`
    select from relationships
    where target_ci_id = ${thingId('a', account)} and valid_to is null
  `.execute(db);
  expect(rows).toHaveLength(1);

  await discoverThings(db, others, { account });
  expect((await itemOf('a', account)).status).toBe('active');
});

test('a retired item whose record comes back unreadable is what it was last', async () => {
  const account = 'again';
  await discoverThings(db, [{ id: 'a', size: 3 }], { account });
  await discoverThings(db, [], { account, retireAfterScans: 1 });
  expect((await itemOf('a', account)).status).toBe('retired');
  const counts = await discoverThings(db, [{ id: 'a', size: UNREADABLE }], { account });
  expect(counts.resurrected).toBe(1);
  expect(await itemOf('a', account)).toMatchObject({ status: 'active', attributes: { size: 3 } });
});
