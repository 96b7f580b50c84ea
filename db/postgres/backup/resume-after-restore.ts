import { sql } from 'kysely';
import type { Trx } from '../database.ts';

/**
 * Commits whose numbers are left out, for those that came after the backup and are lost: more than
 * an installation makes between two backups.
 */
export const LOST_COMMITS = 1_000_000_000;

/**
 * Sets what is about the world outside the tables, which has gone on since the backup was made.
 *
 * - Commits are numbered anew far behind those of the backup, so that no place in the feed that
 *   somebody keeps from the lost ones is a place of another commit; the first one, empty, is
 *   that of the restore.
 * - Webhooks are told that the inventory was set back, and go on from here.
 * - The graph and the cache are filled again from the first commit on.
 * - Discoveries that ran then do not run any more.
 */
export async function resumeAfterRestore(trx: Trx): Promise<void> {
  await sql`
    with opened as materialized (select nextval('tick_numbers') as tick)
    insert into ticks (tick, seq, committed_at, run_id, max_tick)
    select opened.tick, coalesce(last.seq, 0) + ${LOST_COMMITS},
      greatest(
        date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond',
        last.committed_at + interval '1 millisecond'
      ),
      null, greatest(last.max_tick, opened.tick)
    from opened
    left join lateral (
      select seq, committed_at, max_tick from ticks order by seq desc limit 1
    ) last on true
  `.execute(trx);
  await sql`
    update webhooks set cursor = jsonb_build_object(
      'seq', (select max(seq) - 1 from ticks), 'inside', null
    )
  `.execute(trx);
  await trx.updateTable('outbox_consumers').set({ seq: 0 }).execute();
  await sql`
    update runs set status = 'failed', finished_at = now(),
      errors = errors || jsonb_build_array(jsonb_build_object(
        'code', 'restored',
        'message', 'The inventory was restored from a backup that was made while this ran.',
        'provider', null, 'account', null
      ))
    where status = 'running'
  `.execute(trx);
}
