import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { type PromoteCounts, promoteScope } from '../../../../db/postgres/promote-scope.ts';
import { relate } from '../../../../db/postgres/relate.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/stores.ts';
import { stageThings, type Thing } from '../../../support/things.ts';

/** Where nothing may be written for an item that is as it was. */
const LASTING = [
  'items',
  'item_versions',
  'item_absences',
  'item_volatile',
  'item_sources',
  'item_keys',
  'item_references',
  'resolved_references',
  'relationships',
  'relate_queue',
  'ticks',
];

const COUNT = 1_000;
/** A staged row that is deleted is marked so, in 54 bytes; with it goes the image of each page. */
const MAX_WAL_BYTES_PER_ITEM = 200;

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'unchanged test' });
  await migrateToLatest(db);
  await sql`create table writes (name text not null, operation text not null)`.execute(db);
  await sql`
    create function note_write() returns trigger language plpgsql as $$
    begin
      insert into writes values (tg_table_name, tg_op);
      return null;
    end $$
  `.execute(db);
  for (const name of LASTING) {
    await sql`
      create trigger note_write after insert or update or delete on ${sql.table(name)}
      for each row execute function note_write()
    `.execute(db);
  }
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Each row that was written, also one that was deleted again, and the bytes of the log of it all. */
async function promoted(things: readonly Thing[]) {
  const run = await stageThings(db, things);
  await sql`truncate writes`.execute(db);
  const before = await walPosition();
  const counts: PromoteCounts = await promoteScope(db, run.runId, run.scopeId, {
    retire_after_scans: 2,
    max_loss_percent: 50,
  });
  await relate(db, run.runId, 10_000);
  const bytes = (await walPosition()) - before;
  const { rows } = await sql<{ name: string; count: number }>`
    select name, count(*) as count from writes group by name order by name
  `.execute(db);
  return { counts, writes: rows, bytesPerItem: bytes / things.length };
}

async function walPosition(): Promise<number> {
  const { rows } = await sql<{ position: string }>`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as position
  `.execute(db);
  return Number(rows[0]?.position);
}

const estate = (size: number): Thing[] =>
  Array.from({ length: COUNT }, (_, n) => ({
    id: `t${n}`,
    size: n === 0 ? size : 1,
    needs: [`thing:t${(n + 1) % COUNT}`],
  }));

test('items that are as they were cost no row anywhere, and next to no log', async () => {
  const first = await promoted(estate(1));
  expect(first.counts.added).toBe(COUNT);
  expect(first.writes.map(({ name }) => name)).toContain('items');
  expect(first.bytesPerItem).toBeGreaterThan(5 * MAX_WAL_BYTES_PER_ITEM);

  // The log is the server's: what test files beside this one write counts too, but not every time.
  const bytes: number[] = [];
  do {
    const again = await promoted(estate(1));
    expect(again.counts).toMatchObject({ added: 0, changed: 0, missing: 0 });
    expect(again.writes).toEqual([]);
    bytes.push(again.bytesPerItem);
  } while (Math.min(...bytes) >= MAX_WAL_BYTES_PER_ITEM && bytes.length < 40);
  expect(Math.min(...bytes)).toBeLessThan(MAX_WAL_BYTES_PER_ITEM);
});

test('one item that changed among many costs its own rows and no other', async () => {
  const { counts, writes } = await promoted(estate(2));
  expect(counts).toMatchObject({ added: 0, changed: 1 });
  expect(writes).toEqual([
    { name: 'item_sources', count: 1 },
    { name: 'item_versions', count: 1 },
    { name: 'items', count: 1 },
    { name: 'ticks', count: 1 },
  ]);
});
