import { sql } from 'kysely';
import { type ItemSummary, itemSummarySchema } from '../../model/configuration-item.ts';
import type { Db } from './database.ts';
import { itemSummary } from './find-failing.ts';

/** A key that more than one item answers to, so that no reference to it resolves. */
export interface AmbiguousKey {
  key: string;
  owner_count: number;
  /** Some of its owners. */
  owners: ItemSummary[];
  /** How many references name it, and stand for nothing. */
  wanted: number;
}

const OWNERS = 5;

/** Lists the keys with more than one live owner, in their order. */
export async function listAmbiguousKeys(
  db: Db,
  limit: number,
  after: string | null,
): Promise<AmbiguousKey[]> {
  const { rows } = await sql<Omit<AmbiguousKey, 'owners'> & { owners: unknown[] }>`
    with page as (
      select key, count(*) as owner_count from item_keys
      where live and ${after === null ? sql`true` : sql`key > ${after}`}
      group by key having count(*) > 1
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
