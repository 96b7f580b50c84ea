import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What tells whether an item changed, without its content. */
export interface PresentItem {
  ci_id: string;
  content_hash: string;
  links_hash: string;
  volatile_hash: string;
  /** Of the record that made it what it is; null where that is not known. */
  source_hash: string | null;
}

/** The hashes of those of these items that there are, by id, in one query. */
export async function readPresent(
  db: Db,
  ciIds: readonly string[],
): Promise<Map<string, PresentItem>> {
  if (ciIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('items')
    .leftJoin('item_sources', 'item_sources.ci_id', 'items.ci_id')
    .select([
      'items.ci_id',
      'items.content_hash',
      'items.links_hash',
      'items.volatile_hash',
      'item_sources.source_hash',
    ])
    .where('items.ci_id', '=', sql<string>`any(${ciIds}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.ci_id, row]));
}
