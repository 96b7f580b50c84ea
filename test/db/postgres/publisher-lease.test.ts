import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { withPublisherLease } from '../../../db/postgres/publisher-lease.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'lease test' });
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('whoever holds the lease is told when it is lost, and the next one gets it', async () => {
  const { signal } = new AbortController();
  const work = withPublisherLease(db, signal, async (ensureHeld) => {
    await ensureHeld();
    await sql`
      select pg_terminate_backend(pid, 10000) from pg_locks
      where locktype = 'advisory' and database = (
        select oid from pg_database where datname = current_database()
      )
    `.execute(db);
    await ensureHeld();
  });
  await expect(work).rejects.toThrow();
  expect(await withPublisherLease(db, signal, async () => 'held')).toBe('held');
});
