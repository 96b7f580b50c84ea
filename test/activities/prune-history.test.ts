import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createPruneHistory } from '../../activities/prune-history.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { listVersions } from '../../db/postgres/list-versions.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { acknowledge } from '../../db/postgres/outbox.ts';
import { newestPlace } from '../../db/postgres/read-changes.ts';
import { sourcesSchema } from '../../model/sources.ts';
import { createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { discoverThings, thingId } from '../support/things.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'pruning test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const logger = pino({ level: 'silent' });

function prune(history: object, environment = new MockActivityEnvironment()) {
  return environment.run(
    createPruneHistory({ db, logger, sources: sourcesSchema.parse({ history }) }),
  );
}

/** Makes all that there is older by a number of days. */
async function age(days: number): Promise<void> {
  const by = sql`make_interval(days => ${days})`;
  await sql`update ticks set committed_at = committed_at - ${by}`.execute(db);
  await sql`update runs set finished_at = finished_at - ${by}`.execute(db);
  await sql`update slice_scans set promoted_at = promoted_at - ${by}`.execute(db);
}

test('what is older than the file says goes, and the version valid at the bound stays', async () => {
  for (const size of [1, 2, 3]) await discoverThings(db, [{ id: 'a', size }]);
  await age(10);
  await discoverThings(db, [{ id: 'a', size: 4 }]);
  await acknowledge(db, 'graph', (await newestPlace(db)).seq);

  const nothing = { versions: 0, relationships: 0, absences: 0, ticks: 0, scans: 0, runs: 0 };
  expect(await prune({})).toEqual(nothing);
  expect(await prune({ keep_days: 'forever', keep_runs_days: 'forever' })).toEqual(nothing);

  const pruned = await prune({ keep_days: 5, keep_runs_days: 'forever' });
  expect(pruned).toEqual({ ...nothing, versions: 2, ticks: 1 });
  const versions = await listVersions(db, thingId('a'), 10, null);
  expect(versions.map(({ version }) => version)).toEqual([4, 3]);

  expect(await prune({ keep_days: 5, keep_runs_days: 5 })).toEqual({
    ...nothing,
    scans: 2,
    runs: 2,
  });
});

test('a worker whose clock is a year ahead prunes no more than another', async () => {
  await discoverThings(db, [{ id: 'ahead', size: 1 }]);
  await discoverThings(db, [{ id: 'ahead', size: 2 }]);
  await acknowledge(db, 'graph', (await newestPlace(db)).seq);
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 365 * 86_400_000);
  try {
    expect(await prune({ keep_days: 30 })).toMatchObject({ versions: 0, ticks: 0 });
  } finally {
    clock.mockRestore();
  }
});

test('a pruning that is cancelled stops between two batches', async () => {
  const environment = new MockActivityEnvironment();
  environment.cancel('CANCELLED');
  await expect(prune({ keep_days: 1 }, environment)).rejects.toThrow();
});
