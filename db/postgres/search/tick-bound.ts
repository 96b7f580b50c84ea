import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../database.ts';
import { exceptTicks } from '../moment.ts';

/** The ticks that had committed before a time: those up to one of them, but for a few. */
export interface TickBound {
  max_tick: number;
  except_ticks: readonly number[];
}

/** Finds what had committed before a time, whatever part of the history is still kept. */
export async function ticksBefore(db: Db, at: Date): Promise<TickBound> {
  const { rows } = await sql<{ max_tick: number; except_ticks: number[] }>`
    select last.max_tick, ${exceptTicks(sql`last.seq`)} as except_ticks from (
      select seq, max_tick from ticks where committed_at < ${at} order by committed_at desc limit 1
    ) last
  `.execute(db);
  return rows[0] ?? { max_tick: 0, except_ticks: [] };
}

/** Whether the newest version of an item came with none of these ticks. */
export function changedSince({ max_tick, except_ticks }: TickBound): RawBuilder<SqlBool> {
  const isLater = sql<SqlBool>`items.valid_from > ${max_tick}`;
  return except_ticks.length === 0
    ? isLater
    : sql<SqlBool>`(${isLater} or items.valid_from = any(${[...except_ticks]}::bigint[]))`;
}
