import { sql } from 'kysely';
import type { Db } from './database.ts';
import { PREPARED } from './preparing-client.ts';

/** @returns the number of the newest commit: the inventory is as it was while it is the same; 0 before the first */
export async function newestCommit(db: Db): Promise<number> {
  const { rows } = await sql<{ seq: number }>`${PREPARED}
    select coalesce(max(seq), 0) as seq from ticks
  `.execute(db);
  return rows[0]?.seq ?? 0;
}
