import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { getRun, listRunSlices } from '../../../db/postgres/get-run.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { discoverThings } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'slice scan test' });
  await migrateToLatest(db);
});

afterEach(() => void jest.useRealTimers());

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Everything but `Date`: the driver needs its timers. */
const REAL = [
  'nextTick',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
  'performance',
  'hrtime',
] as const;

test('times are those of the store, whatever the clock of the worker says', async () => {
  const began = Date.now();
  jest.useFakeTimers({ now: new Date('2001-01-01T00:00:00Z'), doNotFake: [...REAL] });
  const { runId } = await discoverThings(db, [{ id: 'a' }]);
  const [slice] = await listRunSlices(db, runId, 1);
  const run = await getRun(db, runId);
  for (const ended of [slice?.finished_at, run?.finished_at]) {
    expect(ended?.getTime()).toBeGreaterThan(began - 60_000);
  }
});
