import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { SEAL_LOCK } from './clock.ts';
import type { Db, Trx } from './database.ts';

/**
 * A point between two commits. Like a snapshot of PostgreSQL it says which ticks are seen there:
 * those up to `max_tick` but for the few that were still open.
 */
export interface Moment {
  /** The time that was asked for. */
  at: Date;
  /** The last commit that is seen; 0 before the first. */
  seq: number;
  max_tick: number;
  except_ticks: readonly number[];
  /** The scans of that time are kept, so that they tell when something was last seen. */
  has_scans: boolean;
}

/** A time that has not come yet: an answer about it would change after it was given. */
export class FutureMomentError extends Error {
  override name = 'FutureMomentError';
  readonly code = 'future_moment';

  readonly at: Date;
  /** The newest time that can be asked about just now. */
  readonly latest: Date;

  constructor(at: Date, latest: Date) {
    super(`${at.toISOString()} has not come yet; the newest time is ${latest.toISOString()}.`);
    this.at = at;
    this.latest = latest;
  }
}

/** A time of which the history is not kept any more. */
export class PrunedMomentError extends Error {
  override name = 'PrunedMomentError';
  readonly code = 'pruned_moment';

  readonly at: Date;
  /** The oldest time that can be asked about. */
  readonly earliest: Date;

  constructor(at: Date, earliest: Date) {
    super(`History is kept from ${earliest.toISOString()} on; ${at.toISOString()} is older.`);
    this.at = at;
    this.earliest = earliest;
  }
}

/**
 * Runs `read` in one snapshot of the store, with what was to be seen there at each of the times.
 *
 * An answer about a time never changes: a commit that comes later has a later `committed_at`, since
 * it is given under a lock for which this waits first – so that no commit that is on its way has
 * one already –, and times after that wait are refused.
 *
 * @param times null: now, by the clock of the store, or after the last commit where that is later
 * @throws {FutureMomentError} when one of the times has not come
 * @throws {PrunedMomentError} when one is older than what retention kept
 */
export async function readAtMoments<T>(
  db: Db,
  times: ReadonlyArray<Date | null>,
  read: (trx: Trx, moments: Moment[]) => Promise<T>,
): Promise<T> {
  // One statement, so that the lock goes with it; what it takes is what a commit takes, a moment.
  const { rows } = await sql<{ now: Date }>`
    select pg_advisory_xact_lock_shared(${SEAL_LOCK}),
      date_trunc('milliseconds', clock_timestamp()) as now
  `.execute(db);
  const now = rows[0]?.now ?? new Date(0);
  return inSnapshot(db, async (trx) => {
    const moments: Moment[] = [];
    for (const at of times) moments.push(await resolveMoment(trx, at, now));
    return read(trx, moments);
  });
}

/** As `readAtMoments`, for one time, or for the present where there is none. */
export async function readAt<T>(
  db: Db,
  at: Date | null,
  read: (db: Db, moment: Moment | null) => Promise<T>,
): Promise<T> {
  if (at === null) return read(db, null);
  return readAtMoments(db, [at], (trx, [moment]) => read(trx, moment ?? null));
}

/** Runs several statements that see the same state of the store. */
export function inSnapshot<T>(db: Db, read: (trx: Trx) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(read);
}

async function resolveMoment(trx: Trx, asked: Date | null, now: Date): Promise<Moment> {
  const newest = await newestCommitAt(trx);
  // A clock that was set back is behind what has happened.
  const latest = newest && newest > now ? newest : now;
  const at = asked ?? latest;
  if (at > latest) throw new FutureMomentError(at, latest);
  const { rows } = await sql<{
    seq: number | null;
    max_tick: number | null;
    except_ticks: number[];
    kept_from: Date | null;
    has_scans: boolean;
  }>`
    select last.seq, last.max_tick, bound.kept_from,
      coalesce(bound.scans_kept_from <= ${at}, true) as has_scans,
      ${exceptTicks(sql`last.seq`)} as except_ticks
    from history_bound bound
    left join lateral (
      select seq, max_tick from ticks where committed_at <= ${at}
      order by committed_at desc limit 1
    ) last on true
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('The bound of the history is not written down.');
  if (row.kept_from && at < row.kept_from) throw new PrunedMomentError(at, row.kept_from);
  const { seq, max_tick, except_ticks, has_scans } = row;
  return { at, seq: seq ?? 0, max_tick: max_tick ?? 0, except_ticks, has_scans };
}

async function newestCommitAt(trx: Trx): Promise<Date | null> {
  const { rows } = await sql<{ committed_at: Date }>`
    select committed_at from ticks order by seq desc limit 1
  `.execute(trx);
  return rows[0]?.committed_at ?? null;
}

/** The moment right after a commit, whose tick is kept, as that of a time from then on. */
export async function momentOfCommit(trx: Trx, seq: number, at: Date): Promise<Moment> {
  const { rows } = await sql<{ max_tick: number; except_ticks: number[] }>`
    select max_tick, ${exceptTicks(sql`${seq}::bigint`)} as except_ticks
    from ticks where seq = ${seq}
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error(`There is no commit ${seq}.`);
  return { at, seq, ...row, has_scans: false };
}

/** The ticks that were overtaken by the commit and had not committed themselves. */
export function exceptTicks(seq: RawBuilder<unknown>): RawBuilder<number[]> {
  return sql<number[]>`array(
    select tick from ticks
    where overtaken_seq is not null and int8range(overtaken_seq, seq) @> ${seq}
    order by tick
  )`;
}

/** Whether what carries the tick in this column has happened at the moment. */
export function visibleAt(column: string, moment: Moment): RawBuilder<SqlBool> {
  const tick = sql.ref(column);
  return moment.except_ticks.length === 0
    ? sql<SqlBool>`(${tick} <= ${moment.max_tick})`
    : sql<SqlBool>`(${tick} <= ${moment.max_tick}
        and ${tick} <> all(${[...moment.except_ticks]}::bigint[]))`;
}

/** Whether an interval has begun and has not ended at the moment; without one, whether it is open. */
export function holdsAt(from: string, to: string, moment: Moment | null): RawBuilder<SqlBool> {
  return moment
    ? sql<SqlBool>`(${visibleAt(from, moment)}
        and (${sql.ref(to)} is null or not ${visibleAt(to, moment)}))`
    : sql<SqlBool>`(${sql.ref(to)} is null)`;
}

/** Whether what carries the tick in this column happened after one moment and up to another. */
export function happenedBetween(column: string, from: Moment, to: Moment): RawBuilder<SqlBool> {
  const tick = sql.ref(column);
  const isNew =
    from.except_ticks.length === 0
      ? sql`${tick} > ${from.max_tick}`
      : sql`(${tick} > ${from.max_tick} or ${tick} = any(${[...from.except_ticks]}::bigint[]))`;
  return sql<SqlBool>`(${isNew} and ${visibleAt(column, to)})`;
}
