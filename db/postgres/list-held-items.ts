import { sql } from 'kysely';
import type { Db } from './database.ts';

/** An item that a held slice would lose. */
export interface HeldItem {
  ci_id: string;
  ci_type: string;
  name: string;
  environment: string;
}

/** Lists what a held slice would lose, by id, from behind `after`. */
export async function listHeldItems(
  db: Db,
  sliceId: string,
  limit: number,
  after: string | null,
): Promise<{ items: HeldItem[]; next: string | null }> {
  const { rows } = await sql<HeldItem>`
    select ci_id, ci_type, name, environment
    from held_items join items using (ci_id)
    where held_items.slice_id = ${sliceId} and ${after ? sql`ci_id > ${after}` : sql`true`}
    order by ci_id limit ${limit + 1}
  `.execute(db);
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.ci_id ?? null) : null };
}
