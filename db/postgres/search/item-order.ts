import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ItemSort } from '../../../model/item-sorts.ts';

/** Where a page ended; the next begins behind it. */
export interface ItemCursor {
  sort: ItemSort;
  /** The value that the order goes by: a tick, or the beginning of a name. */
  key: number | string;
  ci_id: string;
}

interface Order {
  /** What an index of the same words has; the statement names the items table `items`. */
  key: RawBuilder<unknown>;
  key_type: RawBuilder<unknown>;
  descends: boolean;
  /** Whether items of the same key are in the falling order of their ids. */
  ids_descend: boolean;
}

const TICK = sql`bigint`;
/** Names are sorted by their first characters: no index has room for a name of any length. */
const NAME = sql`(left(lower(items.name), 200) collate "C")`;

const ORDERS: Readonly<Record<ItemSort, Order>> = {
  '-created_at': orderBy(sql`items.created_tick`, TICK, true, false),
  created_at: orderBy(sql`items.created_tick`, TICK, false, true),
  '-updated_at': orderBy(sql`items.valid_from`, TICK, true, true),
  updated_at: orderBy(sql`items.valid_from`, TICK, false, false),
  name: orderBy(NAME, sql`text`, false, false),
  '-name': orderBy(NAME, sql`text`, true, true),
};

function orderBy(
  key: RawBuilder<unknown>,
  key_type: RawBuilder<unknown>,
  descends: boolean,
  ids_descend: boolean,
): Order {
  return { key, key_type, descends, ids_descend };
}

/** The value that an item has its place by. */
export function sortKey(sort: ItemSort): RawBuilder<unknown> {
  return ORDERS[sort].key;
}

/** The columns of an `order by`, of a table or query that has the value as `key`. */
export function orderOf(
  sort: ItemSort,
  key: RawBuilder<unknown>,
  ciId: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { descends, ids_descend } = ORDERS[sort];
  return sql`${key} ${direction(descends)}, ${ciId} ${direction(ids_descend)}`;
}

/** Whether an item comes behind a place. */
export function isBehind({ sort, key, ci_id }: ItemCursor): RawBuilder<SqlBool> {
  const order = ORDERS[sort];
  const at = sql`${key}::${order.key_type}`;
  if (order.descends === order.ids_descend) {
    const than = order.descends ? sql`<` : sql`>`;
    return sql<SqlBool>`(${order.key}, items.ci_id) ${than} (${at}, ${ci_id}::uuid)`;
  }
  // Two directions are no comparison of rows. The first condition is what an index begins at.
  const [from, beyond, than] = order.descends
    ? [sql`<=`, sql`<`, sql`>`]
    : [sql`>=`, sql`>`, sql`<`];
  return sql<SqlBool>`(${order.key} ${from} ${at}
    and (${order.key} ${beyond} ${at} or items.ci_id ${than} ${ci_id}::uuid))`;
}

function direction(descends: boolean): RawBuilder<unknown> {
  return descends ? sql`desc` : sql`asc`;
}
