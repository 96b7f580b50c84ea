import { sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import { type ItemSummary, itemSummarySchema } from '../../model/configuration-item.ts';
import type { Db } from './database.ts';
import { isThereAt, itemsAt } from './items-at.ts';
import type { Moment } from './moment.ts';
import { type ItemFilter, itemConditions } from './search/item-filter.ts';
import { visibleTo } from './visibility.ts';

/** Items that are taken to fail together. */
export interface Failing {
  items: ItemSummary[];
  /** How many there are in all; more than `items` where the limit cut them. */
  total: number;
}

/** An item in brief, as a column `summary`; the statement names the items table `items`. */
export const itemSummary = sql`json_build_object(
  'ci_id', items.ci_id, 'ci_type', items.ci_type, 'name', items.name,
  'display_name', items.body->>'display_name', 'status', items.status,
  'environment', items.environment, 'provider', items.provider, 'account', items.account,
  'region', items.region, 'resource_type', items.resource_type
)`;

/**
 * Finds the items that a filter means, in the order of their ids. One that is missing or retired
 * has no relationships any more, so it is none of them.
 */
export async function findFailing(
  db: Db,
  filter: ItemFilter,
  limit: number,
  moment: Moment | null = null,
): Promise<Failing> {
  const { rows } = await sql<{ summary: unknown; total: number }>`
    with found as materialized (
      select ci_id from ${itemsAt(moment)} items
      where ${itemConditions(filter)} and ${isThereAt(moment)}
    ),
    named as (select ci_id from found order by ci_id limit ${limit})
    select ${itemSummary} as summary, (select count(*) from found) as total
    from named join ${itemsAt(moment)} items using (ci_id) order by ci_id
  `.execute(db);
  return {
    items: rows.map(({ summary }) => itemSummarySchema.parse(summary)),
    total: rows[0]?.total ?? 0,
  };
}

/**
 * Reads the named items in brief, in the order of their ids. One that is not there, or not for whoever
 * asks to see, is left out.
 */
export async function summariesOf(
  db: Db,
  ciIds: readonly string[],
  restriction: Restriction | null,
  moment: Moment | null = null,
): Promise<ItemSummary[]> {
  const { rows } = await sql<{ summary: unknown }>`
    select ${itemSummary} as summary from ${itemsAt(moment)} items
    where ci_id = any(${ciIds}::uuid[]) and ${visibleTo(restriction)} order by ci_id
  `.execute(db);
  return rows.map(({ summary }) => itemSummarySchema.parse(summary));
}
