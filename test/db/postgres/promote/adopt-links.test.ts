import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, typeNamed } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'adopt links test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('an item without a key gets its relationships back when it is back', async () => {
  const account = 'keyless';
  const type = { ...typeNamed('keyless_thing'), keys: () => [] };
  const relationships = async () => {
    const { rows } = await sql`
      select from relationships join items on ci_id = source_ci_id
      where account = ${account} and valid_to is null
    `.execute(db);
    return rows.length;
  };
  const here = [{ id: 'a', needs: ['thing:keyless-target'] }];
  await discoverThings(db, [{ id: 'keyless-target' }], { account });
  await discoverThings(db, here, { account, type });
  expect(await relationships()).toBe(1);
  await discoverThings(db, [], { account, type });
  expect(await relationships()).toBe(0);
  await discoverThings(db, here, { account, type });
  expect(await relationships()).toBe(1);
});

test('only changed keys and references wait for relate', async () => {
  const account = 'queue';
  const queued = async () => {
    const { rows } = await sql<{ name: string }>`
      select name from relate_queue join items using (ci_id) where account = ${account}
    `.execute(db);
    return rows.map(({ name }) => name);
  };
  await discoverThings(db, [{ id: 'a' }, { id: 'b' }, { id: 'c' }], { account });
  const changed = [
    { id: 'a', size: 1 },
    { id: 'b', load: 1 },
    { id: 'c', keys: ['queue:c'] },
  ];
  await discoverThings(db, changed, { account, relate: false });
  expect(await queued()).toEqual(['c']);
});
