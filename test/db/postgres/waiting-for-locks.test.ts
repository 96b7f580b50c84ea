import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { withPublisherLease } from '../../../db/postgres/publisher-lease.ts';
import { relate } from '../../../db/postgres/relate.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { discoverThings } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'locks test', pool_size: 3 });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const answers = async () => (await sql`select`.execute(db)).rows.length;

test('those who wait for the lease leave its holder the connections', async () => {
  const { signal } = new AbortController();
  const publishers = Array.from({ length: 6 }, () => withPublisherLease(db, signal, answers));
  expect(await Promise.all(publishers)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('those who wait for relate leave everybody else the connections', async () => {
  const { runId } = await discoverThings(db, [{ id: 'a' }], { relate: false });
  const isRelating = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const holder = db.transaction().execute(async (trx) => {
    await sql`lock table relate_queue in access exclusive mode`.execute(trx);
    isRelating.resolve();
    await mayEnd.promise;
  });
  await isRelating.promise;
  const relating = Array.from({ length: 6 }, () => relate(db, runId, 10));
  expect(await answers()).toBe(1);
  mayEnd.resolve();
  await holder;
  const counts = await Promise.all(relating);
  expect(counts.map(({ taken }) => taken).sort()).toEqual([0, 0, 0, 0, 0, 1]);
});
