import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { listItems } from '../../../db/postgres/list-items.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { countItems } from '../../../db/postgres/search/count-items.ts';
import type { ItemCursor } from '../../../db/postgres/search/item-order.ts';
import { createTestDatabase, type TestDatabase } from '../../support/stores.ts';
import { discoverThings } from '../../support/things.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'list-items test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}` }));

test('pages are stable while items come and go', async () => {
  const first = named('first', 7);
  const second = named('second', 6);
  await discoverThings(db, first);
  await discoverThings(db, [...first, ...second]);

  const seen: string[] = [];
  let after: ItemCursor | null = null;
  let pages = 0;
  do {
    const page = await listItems(db, {}, 3, after);
    expect(page.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.items.map(({ name }) => name));
    after = page.next;
    pages++;
    // New items stand before the first page, and changed ones stay where they are.
    if (pages === 2) {
      const changed = first.map((thing) => ({ ...thing, size: 5 }));
      await discoverThings(db, [...changed, ...second, ...named('third', 4)]);
    }
  } while (after);

  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(13);
  // The newest first: whoever was found later stands before.
  expect(seen.slice(0, 6).every((name) => name.startsWith('second'))).toBe(true);
  expect(seen.slice(6).every((name) => name.startsWith('first'))).toBe(true);
});

test('the last page that is full has no next', async () => {
  const { total } = await countItems(db, {});
  expect((await listItems(db, {}, total, null)).next).toBeNull();
  expect((await listItems(db, {}, total - 1, null)).next).not.toBeNull();
});

test('the total counts what the filter finds, not the page', async () => {
  expect(await countItems(db, { ci_type: 'service' })).toEqual({ total: 17, is_exact: true });
  expect(await countItems(db, { ci_type: 'database' })).toEqual({ total: 0, is_exact: true });
  expect((await listItems(db, { ci_type: 'service' }, 2, null)).items).toHaveLength(2);
});
