import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';

/**
 * Keeps the presence of items as intervals: `items` says only since when one is missing now. Begins
 * an absence for what is newly missing, notes when it was retired, and ends the absence of what is
 * back. Call it after `adoptStaged` and `markMissing`, whose findings it reads.
 */
export async function noteAbsences({ trx, tick }: PromoteContext): Promise<void> {
  await sql`
    update item_absences absence set to_tick = ${tick}
    from promote_changed changed
    where changed.was_missing and absence.ci_id = changed.ci_id and absence.to_tick is null
  `.execute(trx);
  await sql`
    update item_absences absence set retired_tick = ${tick}
    from promote_missing gone
    where gone.retires and not gone.is_first
      and absence.ci_id = gone.ci_id and absence.to_tick is null
  `.execute(trx);
  await sql`
    insert into item_absences (ci_id, from_tick, retired_tick, last_seen_at)
    select ci_id, ${tick}, case when gone.retires then ${tick}::bigint end, items.last_seen_at
    from promote_missing gone join items using (ci_id)
    where gone.is_first
  `.execute(trx);
}
