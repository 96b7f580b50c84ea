import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'mark missing test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('what was found but never proven was last seen when it was found, not when it was missed', async () => {
  const account = 'never proven';
  const lastSeen = async () => (await getItem(db, thingId('b', account)))?.last_seen_at;
  await discoverThings(db, [{ id: 'a' }, { id: 'b' }], { account, outcome: 'partial' });
  const found = await lastSeen();
  for (let scan = 0; scan < 2; scan++) {
    await sleep(5);
    await discoverThings(db, [{ id: 'a' }], { account });
    expect(await lastSeen()).toBe(found);
  }
});
