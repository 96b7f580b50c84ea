import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/stores.ts';
import { discoverThings, type Thing, thingId } from '../../../support/things.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'absences test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

interface Absence {
  from_tick: number;
  retired_tick: number | null;
  to_tick: number | null;
  last_seen_at: Date;
}

async function absencesOf(account: string): Promise<Absence[]> {
  const { rows } = await sql<Absence>`
    select from_tick, retired_tick, to_tick, last_seen_at from item_absences
    where ci_id = ${thingId('b', account)} order by from_tick
  `.execute(db);
  return rows;
}

const here: Thing[] = [{ id: 'a' }, { id: 'b' }];
const gone: Thing[] = [{ id: 'a' }];

async function sealed(): Promise<{ tick: number; committed_at: Date }> {
  return db
    .selectFrom('ticks')
    .select(['tick', 'committed_at'])
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow();
}

test('an absence lasts from the first listing without the item to the one that has it again', async () => {
  const account = 'comes and goes';
  await discoverThings(db, here, { account });
  const seen = (await getItem(db, thingId('b', account)))?.last_seen_at;
  expect(await absencesOf(account)).toEqual([]);

  await discoverThings(db, gone, { account });
  const missing = await sealed();
  expect(await absencesOf(account)).toEqual([
    {
      from_tick: missing.tick,
      retired_tick: null,
      to_tick: null,
      last_seen_at: new Date(seen ?? ''),
    },
  ]);
  await discoverThings(db, gone, { account });
  const retired = await sealed();
  expect(await getItem(db, thingId('b', account))).toMatchObject({
    missing_since: missing.committed_at.toISOString(),
    retired_at: retired.committed_at.toISOString(),
  });

  await discoverThings(db, here, { account });
  const back = await sealed();
  expect(await absencesOf(account)).toMatchObject([
    { from_tick: missing.tick, retired_tick: retired.tick, to_tick: back.tick },
  ]);
  expect(await getItem(db, thingId('b', account))).toMatchObject({
    missing_since: null,
    retired_at: null,
  });

  await discoverThings(db, gone, { account });
  expect(await absencesOf(account)).toMatchObject([{ to_tick: back.tick }, { to_tick: null }]);
});

test('an item that is retired at once has one absence, retired where it begins', async () => {
  const account = 'at once';
  await discoverThings(db, here, { account });
  await discoverThings(db, gone, { account, retireAfterScans: 1 });
  const { tick } = await sealed();
  expect(await absencesOf(account)).toMatchObject([{ from_tick: tick, retired_tick: tick }]);
});

test('an item that its source calls retired is there all the same', async () => {
  const account = 'said so';
  await discoverThings(db, [{ id: 'b', status: 'retired' }], { account });
  expect(await absencesOf(account)).toEqual([]);
  expect((await getItem(db, thingId('b', account)))?.retired_at).toBeNull();
});
