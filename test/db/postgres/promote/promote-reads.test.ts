import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { promoteScope } from '../../../../db/postgres/promote-scope.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/stores.ts';
import { discoverThings, stageThings, typeNamed } from '../../../support/things.ts';

const OTHERS = 4_000;
/** Slices of others in which nothing is. */
const EMPTY = 400;

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  // One connection, whose statistics can be asked for when it has done its work.
  db = createDatabase({ url: database.url, application_name: 'reads test', pool_size: 1 });
  await migrateToLatest(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: `${prefix}${n}`,
    needs: [`thing:${prefix}${n + 1}`],
  }));

/** Rows that were read by scanning tables of the inventory from end to end. */
async function scannedRows(): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ scanned: string }>`
    select sum(seq_tup_read) as scanned from pg_stat_user_tables
    where relname in ('items', 'item_versions', 'item_keys', 'item_references', 'item_sources',
      'item_volatile', 'item_overrides', 'item_absences')
  `.execute(db);
  return Number(rows[0]?.scanned);
}

test('what changed, vanished or came back in one scope is promoted without reading all others', async () => {
  await discoverThings(db, named('other-', OTHERS), { account: 'others' });
  const mine = named('mine-', 5);
  await discoverThings(db, mine, { account: 'mine' });
  await sql`analyze`.execute(db);

  const before = await scannedRows();
  const changed = mine.map((thing, n) => (n === 3 ? { ...thing, size: 7, needs: [] } : thing));
  const seen = await discoverThings(db, changed.slice(1), { account: 'mine', relate: false });
  expect(seen).toMatchObject({ changed: 1, missing: 1 });
  const back = await discoverThings(db, changed, { account: 'mine', relate: false });
  expect(back).toMatchObject({ missing: 0 });
  expect((await scannedRows()) - before).toBeLessThan(OTHERS);
});

/** Entries of the indexes on what a run has staged and listed that were read. */
async function stagingRead(): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ read: string }>`
    select sum(idx_tup_read) as read from pg_stat_user_indexes
    where relname in ('slice_scans', 'staged_items')
  `.execute(db);
  return Number(rows[0]?.read);
}

test('a scope is promoted without reading what the run has staged and listed elsewhere', async () => {
  const policy = { retire_after_scans: 2, max_loss_percent: 50 };
  const others = named('other-', OTHERS).map((thing) => ({ ...thing, size: 2 }));
  const emptyTypes = Array.from({ length: EMPTY }, (_, n) => typeNamed(`empty_${n}`));
  const old = await stageThings(db, others, { account: 'others' });
  // What autovacuum knows is of a run before: of the next one it knows nothing.
  await sql`analyze slice_scans, staged_items`.execute(db);
  await promoteScope(db, old.runId, old.scopeId, policy);

  const runId = randomUUID();
  const changed = others.map((thing) => ({ ...thing, size: 3 }));
  await stageThings(db, changed, { account: 'others', runId, emptyTypes });
  const mine = named('mine-', 5).map((thing) => ({ ...thing, size: 3 }));
  const { scopeId } = await stageThings(db, mine, { account: 'mine', runId });
  const before = await stagingRead();
  await expect(promoteScope(db, runId, scopeId, policy)).resolves.toMatchObject({ changed: 5 });
  // To lock its slices may take one look at all scans of the run; old code took ten.
  expect((await stagingRead()) - before).toBeLessThan(2 * EMPTY);
});
