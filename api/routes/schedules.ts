import { createRoute, z } from '@hono/zod-openapi';
import { scheduleDefinitionSchema } from '../../model/schedule.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { storableRequestSchema } from '../discovery/storable-request.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { noQuery } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { scheduleSchema } from '../schedules/schedule-document.ts';
import { createScheduleStore } from '../schedules/schedule-store.ts';

const scheduleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens, 63 at most');

export const scheduleIdParam = z.object({
  schedule_id: scheduleId.openapi({ description: 'The id of a schedule.' }),
});

const definition = scheduleDefinitionSchema.extend({ request: storableRequestSchema.prefault({}) });

const newScheduleSchema = definition
  .extend({
    schedule_id: scheduleId,
    paused: z.boolean().default(false).meta({ description: 'Begin paused.' }),
  })
  .meta({ id: 'NewSchedule' });

/** Without defaults: what is left out stays as it is. */
const changeSchema = z
  .strictObject({
    cron: scheduleDefinitionSchema.shape.cron,
    time_zone: scheduleDefinitionSchema.shape.time_zone.unwrap(),
    jitter_seconds: scheduleDefinitionSchema.shape.jitter_seconds.unwrap(),
    overlap: scheduleDefinitionSchema.shape.overlap.unwrap(),
    request: storableRequestSchema,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'must change something' })
  .meta({ id: 'ScheduleChange', minProperties: 1 });

const schedulesSchema = z.object({ items: z.array(scheduleSchema) }).meta({ id: 'Schedules' });

/** What any change of a schedule can be answered with. */
export const CHANGE_PROBLEMS = [
  'invalid-request',
  'forbidden-origin',
  'not-found',
  'conflict',
  'body-too-large',
  'unsupported-media-type',
  'component-unavailable',
] as const;

const tags = ['Schedules'];

export const listRoute = createRoute({
  method: 'get',
  path: '/schedules',
  ...needs('reader'),
  tags,
  summary: 'When discoveries are started',
  request: { query: noQuery },
  responses: {
    200: jsonResponse(schedulesSchema, 'All of them, by id.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

export const oneRoute = createRoute({
  method: 'get',
  path: '/schedules/{schedule_id}',
  ...needs('reader'),
  tags,
  summary: 'A schedule, with what it started and when it is due',
  request: { params: scheduleIdParam, query: noQuery },
  responses: {
    200: jsonResponse(scheduleSchema, 'As Temporal runs it.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

export const createScheduleRoute = createRoute({
  method: 'post',
  path: '/schedules',
  ...needs('operator'),
  tags,
  summary: 'Schedule discoveries',
  description:
    'Five cron fields in a time zone, or @hourly, @daily, @weekly, @monthly, @yearly. ' +
    'The request is the body of POST /discover; everything that is configured without one.',
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: newScheduleSchema } } },
  },
  responses: {
    201: {
      ...jsonResponse(scheduleSchema, 'It is scheduled.'),
      headers: z.object({ Location: z.string() }),
    },
    ...problemResponses(...CHANGE_PROBLEMS),
  },
});

export const changeRoute = createRoute({
  method: 'patch',
  path: '/schedules/{schedule_id}',
  ...needs('operator'),
  tags,
  summary: 'Change a schedule',
  description: 'What is left out stays. The one of the sources file is changed there.',
  request: {
    params: scheduleIdParam,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: changeSchema } } },
  },
  responses: {
    200: jsonResponse(scheduleSchema, 'As it is now.'),
    ...problemResponses(...CHANGE_PROBLEMS),
  },
});

export const deleteRoute = createRoute({
  method: 'delete',
  path: '/schedules/{schedule_id}',
  ...needs('operator'),
  tags,
  summary: 'Remove a schedule',
  description: 'Discoveries that it started go on. The one of the sources file is removed there.',
  request: { params: scheduleIdParam, query: noQuery },
  responses: { 204: { description: 'It is gone.' }, ...problemResponses(...CHANGE_PROBLEMS) },
});

/** Schedules of discoveries; Temporal runs them. */
export function scheduleRoutes(deps: AppDeps) {
  const schedules = createScheduleStore(deps);
  const app = createRouter();
  app.openapi(listRoute, async (c) => {
    const items = await schedules.list();
    return c.json(answerOf(deps, schedulesSchema, { items }), 200);
  });
  app.openapi(oneRoute, async (c) => {
    const schedule = await schedules.read(c.req.valid('param').schedule_id);
    return c.json(answerOf(deps, scheduleSchema, schedule), 200);
  });
  app.openapi(createScheduleRoute, async (c) => {
    const { schedule_id, paused, ...definition } = c.req.valid('json');
    await schedules.create(schedule_id, paused, definition);
    const schedule = answerOf(deps, scheduleSchema, await schedules.read(schedule_id));
    c.header('Location', `/api/v3/cmdb/schedules/${schedule_id}`);
    return c.json(schedule, 201);
  });
  app.openapi(changeRoute, async (c) => {
    const { schedule_id } = c.req.valid('param');
    await schedules.change(schedule_id, c.req.valid('json'));
    return c.json(answerOf(deps, scheduleSchema, await schedules.read(schedule_id)), 200);
  });
  app.openapi(deleteRoute, async (c) => {
    await schedules.remove(c.req.valid('param').schedule_id);
    return c.body(null, 204);
  });
  return app;
}
