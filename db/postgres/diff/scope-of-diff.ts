import { type RawBuilder, sql } from 'kysely';
import { itemsAt } from '../items-at.ts';
import type { Moment } from '../moment.ts';
import { type ItemFilter, itemConditions } from '../search/item-filter.ts';

/** The two moments that are compared, and which items count. */
export interface DiffScope {
  from: Moment;
  to: Moment;
  /** An item counts that fits at either of the two. */
  filter: ItemFilter;
}

/**
 * Of the items of a query the ids of those that fit the filter at one of the two moments, and that
 * whoever asks may see as they are at the second: what they are is what the answer shows.
 *
 * @param ids a query of one column, `ci_id`
 */
export function inScope({ from, to, filter }: DiffScope, ids: RawBuilder<unknown>) {
  const { restriction, ...wanted } = filter;
  const fitting = (moment: Moment, by: ItemFilter) => sql`
    select items.ci_id from ${itemsAt(moment)} items
    where items.ci_id in (${ids}) and ${itemConditions(by)}
  `;
  const isFiltered = Object.values(wanted).some((value) => value !== undefined);
  const seen = fitting(to, { restriction });
  if (!isFiltered) return seen;
  return sql`(${fitting(from, wanted)} union ${fitting(to, wanted)}) intersect ${seen}`;
}
