import { createRoute, z } from '@hono/zod-openapi';
import { OVERLAP_POLICIES } from '../../db/temporal/schedules.ts';
import { countDue, overlapSchema } from '../../model/schedule.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { refuseOtherBody } from '../http/optional-body.ts';
import { noQuery, plainText } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { scheduleSchema } from '../schedules/schedule-document.ts';
import { createScheduleStore } from '../schedules/schedule-store.ts';
import { CHANGE_PROBLEMS, scheduleIdParam } from './schedules.ts';

const noteSchema = z
  .strictObject({ note: plainText.optional().meta({ description: 'Why.' }) })
  .meta({ id: 'ScheduleNote' });

const triggerSchema = z
  .strictObject({
    overlap: overlapSchema.default('skip').meta({
      description: 'What happens while the schedule has a discovery running.',
    }),
  })
  .meta({ id: 'ScheduleTrigger' });

const instant = z.iso.datetime({ offset: true });
/** More than some days of an hourly schedule is a mistake: each run sees the same present. */
const MAX_BACKFILL_RUNS = 100;

const backfillSchema = z
  .strictObject({
    from: instant,
    to: instant,
    overlap: overlapSchema.default('buffer_all').meta({
      description: 'buffer_all: one after the other; skip: one, as long as it runs.',
    }),
  })
  .superRefine(({ from, to }, context) => {
    const fault = backfillFault(Date.parse(from), Date.parse(to));
    if (fault) context.addIssue({ code: 'custom', ...fault });
  })
  .meta({ id: 'ScheduleBackfill' });

function backfillFault(from: number, to: number) {
  if (to > Date.now()) return { path: ['to'], message: 'must not lie in the future' };
  if (from >= to) return { path: ['from'], message: 'must be before "to"' };
  return null;
}

function commandRoute<Schema extends z.ZodType>(
  command: string,
  schema: Schema,
  described: { summary: string; description: string },
  body: { required?: true } = {},
) {
  return createRoute({
    method: 'post',
    path: `/schedules/{schedule_id}/${command}`,
    ...needs('operator'),
    tags: ['Schedules'],
    ...described,
    request: {
      params: scheduleIdParam,
      query: noQuery,
      body: { ...body, content: { 'application/json': { schema } } },
    },
    responses: {
      200: jsonResponse(scheduleSchema, 'As it is now.'),
      ...problemResponses(...CHANGE_PROBLEMS),
    },
  });
}

export const pauseRoute = commandRoute('pause', noteSchema, {
  summary: 'Pause a schedule',
  description: 'Nothing is started until it is resumed; what runs goes on. What it asks for ages.',
});
export const resumeRoute = commandRoute('resume', noteSchema, {
  summary: 'Resume a paused schedule',
  description: 'What was due in the meantime is not made up for.',
});
export const triggerRoute = commandRoute('trigger', triggerSchema, {
  summary: 'Have a schedule start its discovery now',
  description: 'Also while it is paused. recent_runs has it a moment later.',
});
export const backfillRoute = commandRoute(
  'backfill',
  backfillSchema,
  {
    summary: 'Have a schedule start what was due between two times',
    description:
      'Each discovery sees the present: this makes up for runs, not for what was to be seen then.',
  },
  { required: true },
);

/** What a person can tell a schedule. */
export function scheduleCommandRoutes(deps: AppDeps) {
  const schedules = createScheduleStore(deps);
  const app = createRouter();
  const answered = async (scheduleId: string) =>
    answerOf(deps, scheduleSchema, await schedules.read(scheduleId));

  for (const [route, isPause] of [
    [pauseRoute, true],
    [resumeRoute, false],
  ] as const) {
    app.openapi(route, async (c) => {
      const { schedule_id } = c.req.valid('param');
      await refuseOtherBody(c);
      const { note } = noteSchema.parse(c.req.valid('json') ?? {});
      await schedules.setPaused(schedule_id, isPause, note);
      return c.json(await answered(schedule_id), 200);
    });
  }
  app.openapi(triggerRoute, async (c) => {
    const { schedule_id } = c.req.valid('param');
    await refuseOtherBody(c);
    const { overlap } = triggerSchema.parse(c.req.valid('json') ?? {});
    // Without a policy of its own a trigger would ignore what is running.
    await schedules.start(schedule_id, (handle) => handle.trigger(OVERLAP_POLICIES[overlap]));
    return c.json(await answered(schedule_id), 200);
  });
  app.openapi(backfillRoute, async (c) => {
    const { schedule_id } = c.req.valid('param');
    const { from, to, overlap } = c.req.valid('json');
    const [start, end] = [new Date(from), new Date(to)];
    const stretch = { start, end, overlap: OVERLAP_POLICIES[overlap] };
    await schedules.start(schedule_id, (handle, schedule) => {
      const count = countDue(schedule, start, end, MAX_BACKFILL_RUNS + 1);
      if (count > MAX_BACKFILL_RUNS) throw tooMuchToMakeUp();
      return handle.backfill(stretch);
    });
    return c.json(await answered(schedule_id), 200);
  });
  return app;
}

function tooMuchToMakeUp(): Problem {
  const message = `lies so far back that more than ${MAX_BACKFILL_RUNS} runs would be started`;
  return new Problem('invalid-request', `from: ${message}`, {
    errors: [{ field: 'from', message }],
  });
}
