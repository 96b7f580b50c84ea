import { sql } from 'kysely';
import { type ItemSummary, itemSummarySchema } from '../../model/configuration-item.ts';
import { MAX_ITEMS_OF_THING, SAME_PREFIX } from '../../model/sameness.ts';
import type { Db } from './database.ts';
import { itemSummary } from './find-failing.ts';
import { firstIfSame } from './sameness/first-if-same.ts';

/** A key that more than one thing answers to, so that no reference to it resolves. */
export interface AmbiguousKey {
  key: string;
  owner_count: number;
  /** Some of its owners. */
  owners: ItemSummary[];
  /** How many references name it, and stand for nothing. */
  wanted: number;
}

const OWNERS = 5;

/**
 * Lists the keys with more than one live owner, in their order. Those whose owners are the same thing
 * are left out, as are those that say what an item is: any number may have them.
 */
export async function listAmbiguousKeys(
  db: Db,
  limit: number,
  after: string | null,
): Promise<AmbiguousKey[]> {
  const { rows } = await sql<Omit<AmbiguousKey, 'owners'> & { owners: unknown[] }>`
    with page as (
      select key, count(*) as owner_count from item_keys
      where live and not starts_with(key, ${SAME_PREFIX}) and ${after === null ? sql`true` : sql`key > ${after}`}
      group by key having count(*) > 1
        and (count(*) > ${MAX_ITEMS_OF_THING} or ${firstIfSame(sql`array_agg(ci_id)`)} is null)
      order by key limit ${limit}
    )
    select page.key, page.owner_count, shown.owners,
      (
        select count(*) from item_references where target_key = page.key
      ) + (
        select count(*) from item_references where source_key = page.key
      ) as wanted
    from page
    cross join lateral (
      select json_agg(${itemSummary} order by items.ci_id) as owners
      from (
        select ci_id from item_keys where item_keys.key = page.key and live
        order by ci_id limit ${OWNERS}
      ) chosen
      join items using (ci_id)
    ) shown
    order by page.key
  `.execute(db);
  return rows.map((row) => ({
    ...row,
    owners: row.owners.map((owner) => itemSummarySchema.parse(owner)),
  }));
}
