import { type Selectable, sql } from 'kysely';
import type { ScheduleDefinition } from '../../model/schedule.ts';
import type { Db, Trx } from './database.ts';
import type { ScheduleTables } from './tables/schedules.ts';

/** What a schedule is, and whose. */
export type Schedule = Selectable<ScheduleTables['schedules']>;

/** Each is described by a call of its own when they are listed, and judged in every answer. */
export const MAX_SCHEDULES = 100;

export async function listSchedules(db: Db): Promise<Schedule[]> {
  return db.selectFrom('schedules').selectAll().orderBy('schedule_id').execute();
}

/**
 * Reads a schedule and keeps others from changing it until the transaction ends, which tells
 * Temporal in the meantime: so the two cannot come to differ by two changes at once.
 */
export async function lockSchedule(trx: Trx, scheduleId: string): Promise<Schedule | null> {
  const found = await trx
    .selectFrom('schedules')
    .selectAll()
    .where('schedule_id', '=', scheduleId)
    .forUpdate()
    .executeTakeFirst();
  return found ?? null;
}

/** Why a schedule is not inserted. */
export type InsertRefusal = 'exists' | 'too_many';

/**
 * @returns null when it is inserted; people's are refused when there are very many, the sources
 *   file's never
 */
export async function insertSchedule(
  trx: Trx,
  schedule: ScheduleDefinition & Pick<Schedule, 'schedule_id' | 'owner' | 'paused'>,
): Promise<InsertRefusal | null> {
  const { count } = await trx
    .selectFrom('schedules')
    .select((rows) => rows.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (schedule.owner === 'api' && count >= MAX_SCHEDULES) return 'too_many';
  const inserted = await trx
    .insertInto('schedules')
    .values({ ...schedule, request: JSON.stringify(schedule.request) })
    .onConflict((conflict) => conflict.column('schedule_id').doNothing())
    .returning('schedule_id')
    .executeTakeFirst();
  return inserted ? null : 'exists';
}

export async function updateSchedule(
  trx: Trx,
  scheduleId: string,
  change: Partial<ScheduleDefinition & Pick<Schedule, 'paused'>>,
): Promise<void> {
  const { request, ...rest } = change;
  await trx
    .updateTable('schedules')
    .set({
      ...rest,
      ...(request ? { request: JSON.stringify(request) } : {}),
      updated_at: sql`now()`,
    })
    .where('schedule_id', '=', scheduleId)
    .execute();
}

export async function deleteSchedule(trx: Trx, scheduleId: string): Promise<void> {
  await trx.deleteFrom('schedules').where('schedule_id', '=', scheduleId).execute();
}
