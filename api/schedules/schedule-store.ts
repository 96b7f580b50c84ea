import { type ScheduleHandle, ScheduleNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import type { Trx } from '../../db/postgres/database.ts';
import {
  deleteSchedule,
  insertSchedule,
  listSchedules,
  lockSchedule,
  MAX_SCHEDULES,
  type Schedule,
  updateSchedule,
} from '../../db/postgres/schedules.ts';
import {
  dropSchedule,
  putSchedule,
  readSchedule,
  scheduleHandle,
} from '../../db/temporal/schedules.ts';
import { DEFAULT_SCHEDULE, type ScheduleDefinition } from '../../model/schedule.ts';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../http/problem.ts';
import { type ScheduleDocument, scheduleDocument } from './schedule-document.ts';

/** What is left out, or undefined, stays as it is. */
type ScheduleChange = {
  [Field in keyof ScheduleDefinition]?: ScheduleDefinition[Field] | undefined;
};

/** Calls of Temporal at once when all schedules are described. */
const DESCRIBED_AT_ONCE = 10;

/**
 * Schedules in the store and at Temporal, as one. Each change is a transaction of the store that
 * tells Temporal before it commits: if Temporal refuses, nothing is changed.
 */
export function createScheduleStore({ db, temporal, task_queue }: AppDeps) {
  const handleOf = (scheduleId: string) => scheduleHandle(temporal.client, task_queue, scheduleId);

  async function describe(schedule: Schedule): Promise<ScheduleDocument> {
    const handle = handleOf(schedule.schedule_id);
    return scheduleDocument(schedule, await temporal.call(() => readSchedule(handle)));
  }

  async function put(schedule: ScheduleDefinition & Pick<Schedule, 'schedule_id' | 'paused'>) {
    const { paused, ...definition } = schedule;
    try {
      await temporal.call(() => putSchedule(temporal.client, task_queue, definition, paused));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const message = `is refused by Temporal: ${error.message}`;
      throw new Problem('invalid-request', `cron: ${message}`, {
        errors: [{ field: 'cron', message }],
        cause: error,
      });
    }
  }

  /** @throws {Problem} when there is no such schedule */
  function locked<T>(scheduleId: string, work: (trx: Trx, schedule: Schedule) => Promise<T>) {
    return db.transaction().execute(async (trx) => {
      const schedule = await lockSchedule(trx, scheduleId);
      if (!schedule) throw unknownSchedule(scheduleId);
      return work(trx, schedule);
    });
  }

  return {
    async list(): Promise<ScheduleDocument[]> {
      const window = pLimit(DESCRIBED_AT_ONCE);
      const schedules = await listSchedules(db);
      return Promise.all(schedules.map((schedule) => window(() => describe(schedule))));
    },

    async read(scheduleId: string): Promise<ScheduleDocument> {
      const schedule = (await listSchedules(db)).find((one) => one.schedule_id === scheduleId);
      if (!schedule) throw unknownSchedule(scheduleId);
      return describe(schedule);
    },

    async create(
      schedule_id: string,
      paused: boolean,
      definition: ScheduleDefinition,
    ): Promise<void> {
      await db.transaction().execute(async (trx) => {
        const schedule = { schedule_id, paused, ...definition };
        const refusal =
          schedule_id === DEFAULT_SCHEDULE
            ? 'exists'
            : await insertSchedule(trx, { ...schedule, owner: 'api' });
        if (refusal) throw refused(schedule_id, refusal);
        await put(schedule);
      });
    },

    change(scheduleId: string, change: ScheduleChange): Promise<void> {
      return locked(scheduleId, async (trx, schedule) => {
        refuseSources(schedule);
        const definition = changed(schedule, change);
        await updateSchedule(trx, scheduleId, definition);
        await put({ schedule_id: scheduleId, paused: schedule.paused, ...definition });
      });
    },

    remove(scheduleId: string): Promise<void> {
      return locked(scheduleId, async (trx, schedule) => {
        refuseSources(schedule);
        await deleteSchedule(trx, scheduleId);
        await temporal.call(() => dropSchedule(handleOf(scheduleId)));
      });
    },

    /** Pauses or resumes; anybody's schedule, also that of the sources file. */
    setPaused(scheduleId: string, paused: boolean, note: string | undefined): Promise<void> {
      return locked(scheduleId, async (trx, schedule) => {
        await updateSchedule(trx, scheduleId, { paused });
        await tell(schedule, (handle) => (paused ? handle.pause(note) : handle.unpause(note)));
      });
    },

    /** Has the schedule start runs beside those that are due. */
    start(
      scheduleId: string,
      command: (handle: ScheduleHandle, schedule: Schedule) => Promise<void>,
    ): Promise<void> {
      return locked(scheduleId, (_, schedule) =>
        tell(schedule, (handle) => command(handle, schedule)),
      );
    },
  };

  async function tell(
    { schedule_id }: Schedule,
    command: (handle: ScheduleHandle) => Promise<void>,
  ): Promise<void> {
    try {
      await temporal.call(() => command(handleOf(schedule_id)));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      const message = `Temporal has lost the schedule "${schedule_id}"; a worker that starts makes it anew.`;
      throw new Problem('conflict', message, { cause: error });
    }
  }
}

function changed(schedule: Schedule, change: ScheduleChange): ScheduleDefinition {
  return {
    cron: change.cron ?? schedule.cron,
    time_zone: change.time_zone ?? schedule.time_zone,
    jitter_seconds: change.jitter_seconds ?? schedule.jitter_seconds,
    overlap: change.overlap ?? schedule.overlap,
    request: change.request ?? schedule.request,
  };
}

function unknownSchedule(scheduleId: string): Problem {
  return new Problem('not-found', `There is no schedule "${scheduleId}".`, {
    errors: [{ field: 'schedule_id', message: 'is not known' }],
  });
}

function refused(scheduleId: string, refusal: 'exists' | 'too_many'): Problem {
  if (refusal === 'too_many') {
    return new Problem('conflict', `There are ${MAX_SCHEDULES} schedules, and no place for more.`);
  }
  const detail =
    scheduleId === DEFAULT_SCHEDULE
      ? `"${DEFAULT_SCHEDULE}" is the schedule of the sources file, discovery.schedule.`
      : `There is a schedule "${scheduleId}" already; PATCH changes it.`;
  return new Problem('conflict', detail, {
    errors: [{ field: 'schedule_id', message: 'is taken' }],
  });
}

/** What a file describes would be what the file says again when a worker starts. */
function refuseSources({ owner, schedule_id }: Schedule): void {
  if (owner === 'api') return;
  const detail =
    `The schedule "${schedule_id}" is kept by the sources file: change discovery.schedule and ` +
    'discovery.time_zone there. It can be paused, resumed and triggered here.';
  throw new Problem('conflict', detail);
}
