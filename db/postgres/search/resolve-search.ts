import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { itemsAt } from '../items-at.ts';
import type { Moment } from '../moment.ts';
import { type ItemFilter, itemConditions } from './item-filter.ts';

/**
 * Turns a filter by a text that nothing contains into one by what is written alike: whoever mistypes
 * a name finds it, and whoever does not is not shown what only looks like it.
 */
export async function resolveSearch(
  db: Db,
  filter: ItemFilter,
  moment: Moment | null = null,
): Promise<ItemFilter> {
  if (filter.search?.kind !== 'contains') return filter;
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from ${itemsAt(moment)} items where ${itemConditions(filter)}
    ) as found
  `.execute(db);
  return rows[0]?.found ? filter : asSimilar(filter);
}

/** The same filter, by what is written alike. */
export function asSimilar(filter: ItemFilter): ItemFilter {
  const { search } = filter;
  if (search?.kind !== 'contains') return filter;
  return { ...filter, search: { kind: 'similar', text: search.text } };
}
