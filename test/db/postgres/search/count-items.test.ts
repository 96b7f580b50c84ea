import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { seedInventory } from '../../../../bench/seeded-inventory.ts';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { listItems } from '../../../../db/postgres/list-items.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import { countItems } from '../../../../db/postgres/search/count-items.ts';
import type { ItemFilter } from '../../../../db/postgres/search/item-filter.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/stores.ts';

const ITEMS = 20_000;
const PAGE = 10;

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  // One connection, whose statistics can be asked for when it has done its work.
  db = createDatabase({ url: database.url, application_name: 'count test', pool_size: 1 });
  await migrateToLatest(db);
  await seedInventory(db, ITEMS);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Items that were read from the table itself, by way of an index or without any. */
async function readItems(): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ read: string }>`
    select seq_tup_read + idx_tup_fetch as read from pg_stat_user_tables where relname = 'items'
  `.execute(db);
  return Number(rows[0]?.read);
}

const FILTERS: ItemFilter[] = [
  { provider: 'aws', ci_type: 'aws_ec2', environment: 'production' },
  { provider: 'aws', ci_type: 'subnet', region: 'region-1' },
  { provider: 'kubernetes', region: 'region-3', status: 'inactive' },
  { provider: 'aws', environment: 'production', status: 'failed' },
  { ci_type: 'aws_ec2', environment: 'staging', restriction: { environments: ['staging'] } },
];

test.each(FILTERS)('%j is counted and sorted without reading what it finds', async (filter) => {
  const before = await readItems();
  const { total, is_exact } = await countItems(db, filter);
  const { items } = await listItems(db, filter, PAGE, null, null, { finds_few: true });
  expect(is_exact).toBe(true);
  expect(total).toBeGreaterThan(4 * PAGE);
  expect(items).toHaveLength(PAGE);
  // One more than the page shows tells whether there is another; each is read for its document.
  expect((await readItems()) - before).toBeLessThan(2 * PAGE + 2);

  const places = (['provider', 'ci_type', 'environment', 'region', 'status'] as const)
    .filter((name) => filter[name] !== undefined)
    .map((name) => sql`to_jsonb(items)->>${name} = ${filter[name]}`);
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from items where ${sql.join(places, sql` and `)}
  `.execute(db);
  expect(total).toBe(rows[0]?.total);
});
