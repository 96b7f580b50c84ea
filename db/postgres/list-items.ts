import { sql } from 'kysely';
import type { ConfigurationItem } from '../../model/configuration-item.ts';
import type { ItemSort } from '../../model/item-sorts.ts';
import type { Db } from './database.ts';
import { type ItemRow, toConfigurationItem } from './item-document.ts';
import { itemDocumentAt } from './item-document-at.ts';
import { itemsAt } from './items-at.ts';
import type { Moment } from './moment.ts';
import { type ItemFilter, itemConditions } from './search/item-filter.ts';
import { type ItemCursor, isBehind, orderOf, sortKey } from './search/item-order.ts';

export interface ItemPage {
  items: ConfigurationItem[];
  next: ItemCursor | null;
}

export interface ListOptions {
  /** The order; that of the cursor, or else the newest first. */
  sort?: ItemSort;
  /** Whether `change_history` is wanted: without it a page costs half. */
  with_history?: boolean;
  /** The filter is known to find few: all of them are found and then sorted. */
  finds_few?: boolean;
}

/**
 * Lists items, the newest first unless another order is asked for, one page by its place in that
 * order: a page costs the same wherever it stands, and items that come or go shift nothing.
 *
 * @param moment null for the present
 */
export async function listItems(
  db: Db,
  filter: ItemFilter,
  limit: number,
  after: ItemCursor | null,
  moment: Moment | null = null,
  { sort = after?.sort ?? '-created_at', with_history = true, finds_few = false }: ListOptions = {},
): Promise<ItemPage> {
  const { columns, joins } = itemDocumentAt(moment, with_history);
  const found = sql`
    select ci_id, ${sortKey(sort)} as key from ${itemsAt(moment)} items
    where ${itemConditions(filter)} and ${after ? isBehind(after) : sql`true`}`;
  const order = orderOf(sort, sql`key`, sql`ci_id`);
  // An index in the wanted order would be walked past everything that does not fit: the planner
  // takes the few to be spread evenly, and those of an account stand together.
  const page = finds_few
    ? sql`with found as materialized (${found}),
        page as (select * from found order by ${order} limit ${limit + 1})`
    : sql`with page as (${found} order by ${orderOf(sort, sortKey(sort), sql`ci_id`)}
        limit ${limit + 1})`;
  const { rows } = await sql<ItemRow & { key: number | string }>`
    ${page}
    select ${columns}, page.key
    from page join ${itemsAt(moment)} items on items.ci_id = page.ci_id ${joins}
    order by ${orderOf(sort, sql`page.key`, sql`page.ci_id`)}
  `.execute(db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ key: _, ...row }) => toConfigurationItem(row)),
    next: rows.length > limit && last ? { sort, key: last.key, ci_id: last.ci_id } : null,
  };
}
