import type { Client } from '@temporalio/client';
import type { Db } from '../db/postgres/database.ts';
import {
  deleteSchedule,
  insertSchedule,
  listSchedules,
  lockSchedule,
  updateSchedule,
} from '../db/postgres/schedules.ts';
import {
  dropSchedule,
  putSchedule,
  readSchedule,
  scheduleHandle,
} from '../db/temporal/schedules.ts';
import { DEFAULT_SCHEDULE, scheduleDefinitionSchema } from '../model/schedule.ts';
import type { Sources } from '../model/sources.ts';

/**
 * Brings the schedule that the sources file describes up to it – made, changed, or removed if the
 * file says `off` –, and makes anew what people scheduled and Temporal has lost. Several workers may
 * do so at once. Whether a schedule is paused stays as people left it.
 */
export async function ensureSchedules(
  db: Db,
  client: Client,
  taskQueue: string,
  discovery: Sources['discovery'],
): Promise<void> {
  await ensureDefault(db, client, taskQueue, discovery);
  for (const schedule of await listSchedules(db)) {
    if (schedule.owner === 'sources') continue;
    const handle = scheduleHandle(client, taskQueue, schedule.schedule_id);
    if (await readSchedule(handle)) continue;
    await putSchedule(client, taskQueue, schedule, schedule.paused);
  }
}

async function ensureDefault(
  db: Db,
  client: Client,
  taskQueue: string,
  { schedule: cron, time_zone }: Sources['discovery'],
): Promise<void> {
  const schedule_id = DEFAULT_SCHEDULE;
  await db.transaction().execute(async (trx) => {
    const known = await lockSchedule(trx, schedule_id);
    if (cron === 'off') {
      await deleteSchedule(trx, schedule_id);
      await dropSchedule(scheduleHandle(client, taskQueue, schedule_id));
      return;
    }
    const definition = scheduleDefinitionSchema.parse({ cron, time_zone });
    if (known) await updateSchedule(trx, schedule_id, definition);
    else await insertSchedule(trx, { schedule_id, owner: 'sources', paused: false, ...definition });
    await putSchedule(client, taskQueue, { schedule_id, ...definition }, known?.paused);
  });
}
