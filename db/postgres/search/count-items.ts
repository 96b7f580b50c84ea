import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { itemsAt } from '../items-at.ts';
import type { Moment } from '../moment.ts';
import { type ItemFilter, itemConditions } from './item-filter.ts';

/** How many items a filter finds. */
export interface ItemCount {
  total: number;
  /** False where `total` is what the planner of PostgreSQL takes it to be. */
  is_exact: boolean;
}

/**
 * Up to so many are counted one by one: some 10 ms. Where there are more, nobody pages through them
 * by hand, and the order of magnitude tells enough.
 */
const MOST_COUNTED = 10_000;

/** Counts what a filter finds: exactly up to a bound, and in the past; roughly beyond. */
export async function countItems(
  db: Db,
  filter: ItemFilter,
  moment: Moment | null = null,
): Promise<ItemCount> {
  const found = sql`from ${itemsAt(moment)} items where ${itemConditions(filter)}`;
  // Of the past nothing is known but what is read, so that there is nothing to estimate by.
  const bound = moment ? sql`` : sql`limit ${MOST_COUNTED + 1}`;
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from (select ${found} ${bound}) found
  `.execute(db);
  const counted = rows[0]?.total ?? 0;
  if (moment || counted <= MOST_COUNTED) return { total: counted, is_exact: true };
  const explained = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select ${found}
  `.execute(db);
  const estimated = explained.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
  return { total: Math.max(estimated, counted), is_exact: false };
}
