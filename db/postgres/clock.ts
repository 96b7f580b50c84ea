import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** Held from sealing to commit, so that numbers are given in the order of commits. */
export const SEAL_LOCK = 0x636d6462_01;

/**
 * Opens the tick of a transaction: the mark that all its rows carry in `valid_from`, `valid_to`.
 * It is a number and no row yet, so that a transaction that finds nothing to change writes nothing.
 *
 * A tick is no point in time. Transactions run side by side and may commit in another order
 * than they began, so what a question about the past may see is decided by `seq`, which
 * `sealTick` gives in the order of commits.
 */
export async function openTick(trx: Trx): Promise<number> {
  const { rows } = await sql<{ tick: number }>`
    select nextval('tick_numbers') as tick
  `.execute(trx);
  const [opened] = rows;
  if (!opened) throw new Error('PostgreSQL gave no tick.');
  return opened.tick;
}

/**
 * Writes a tick down, with its place in the order of commits. The last statement of its
 * transaction: the lock that it takes is held until the commit, a moment later.
 *
 * `committed_at` is whole milliseconds, rounded up and never the same twice, so that a time from
 * an answer, given back in JSON, means exactly the state after that commit. A tick that others
 * overtook – higher ones that committed before it – notes since when: `moment.ts` leaves it out there.
 *
 * @param runId the run that changed something; null for a person
 */
export async function sealTick(trx: Trx, tick: number, runId: string | null): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SEAL_LOCK})`.execute(trx);
  await sql`
    insert into ticks (tick, seq, committed_at, run_id, max_tick, overtaken_seq)
    select ${tick}::bigint, coalesce(last.seq, 0) + 1,
      greatest(
        date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond',
        last.committed_at + interval '1 millisecond'
      ),
      ${runId}::uuid, greatest(last.max_tick, ${tick}::bigint), overtaken.seq
    from (values (1)) one
    left join lateral (
      select seq, committed_at, max_tick from ticks order by seq desc limit 1
    ) last on true
    left join lateral (
      select seq from ticks where max_tick > ${tick}::bigint order by max_tick, seq limit 1
    ) overtaken on true
  `.execute(trx);
}

/** What time it is by the clock that commits are dated by: a worker's may be another. */
export async function storeTime(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL gave no time.');
  return row.now;
}
