import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId, typeNamed } from '../../../support/things.ts';

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

test('a key of any length is kept, and found by references to it', async () => {
  const account = 'long';
  // Random, since PostgreSQL would compress what repeats.
  const random = (seed: string) =>
    Array.from({ length: 200 }, (_, n) => createHash('sha256').update(`${seed}${n}`).digest('hex'));
  const [known, unknown] = [random('known').join(''), random('unknown').join('')];
  const things = [
    { id: 'a', keys: [known] },
    { id: 'b', needs: [known, unknown] },
  ];
  await discoverThings(db, things, { account });
  const { rows } = await sql<{ target_ci_id: string }>`
    select target_ci_id from relationships where source_ci_id = ${thingId('b', account)}
  `.execute(db);
  expect(rows).toEqual([{ target_ci_id: thingId('a', account) }]);
});

test('a record whose id is longer than an index takes is rejected alone', async () => {
  const id = Array.from({ length: 200 }, () => randomUUID()).join('');
  const counts = await discoverThings(db, [{ id, size: 'seven' }, { id: 'short' }], {
    account: 'long id',
  });
  expect(counts.added).toBe(1);
});
