import { sql } from 'kysely';
import type { Trx } from './database.ts';

/** Held from sealing to commit, so that numbers are given in the order of commits. */
const SEAL_LOCK = 0x636d6462_01;

/**
 * Opens the tick of a transaction: the mark that all its rows carry in `valid_from`, `valid_to`.
 *
 * A tick is no point in time yet. Transactions run side by side and may commit in another order
 * than they began, so what a question about the past may see is decided by `seq`, which
 * `sealTick` gives in the order of commits.
 */
export async function openTick(trx: Trx, runId: string | null): Promise<number> {
  const { tick } = await trx
    .insertInto('ticks')
    .values({ run_id: runId })
    .returning('tick')
    .executeTakeFirstOrThrow();
  return tick;
}

/**
 * Gives a tick its place in the order of commits. The last statement of its transaction: the lock
 * that it takes is held until the commit, a moment later.
 *
 * `committed_at` is whole milliseconds, rounded up and never the same twice, so that a time from
 * an answer, given back in JSON, means exactly the state after that commit.
 */
export async function sealTick(trx: Trx, tick: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SEAL_LOCK})`.execute(trx);
  await sql`
    update ticks set
      seq = coalesce(last.seq, 0) + 1,
      committed_at = greatest(
        date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond',
        last.committed_at + interval '1 millisecond'
      )
    from (values (1)) one
    left join lateral (
      select seq, committed_at from ticks where seq is not null order by seq desc limit 1
    ) last on true
    where tick = ${tick}
  `.execute(trx);
}
