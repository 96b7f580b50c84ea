import { createRoute, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import type { FeedCursor } from '../../db/postgres/changes/feed-cursor.ts';
import { type ChangeQuery, newestPlace, readChanges } from '../../db/postgres/read-changes.ts';
import {
  changeTypeSchema,
  itemChangeSchema,
  relationshipChangeSchema,
} from '../../model/change-event.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { ciEnvironmentSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { createChangeHub } from '../changes/change-hub.ts';
import { afterParam, encodeFeedCursor, feedProblem, lastEventId } from '../changes/feed-cursor.ts';
import { streamChanges } from '../changes/stream-changes.ts';
import { answerOf } from '../http/answer.ts';
import { ciIdParam, plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const changesSchema = z
  .object({
    items: z.array(
      z.discriminatedUnion('type', [
        itemChangeSchema.meta({ id: 'ItemChange' }),
        relationshipChangeSchema.meta({ id: 'RelationshipChange' }),
      ]),
    ),
    next_cursor: z.string().meta({
      description: 'Where to go on, now or in a year; also where nothing was found.',
    }),
    has_more: z.boolean().meta({ description: 'There is more to read already.' }),
  })
  .meta({ id: 'Changes' });

const typesParam = z
  .union([changeTypeSchema.transform((one) => [one]), z.array(changeTypeSchema).max(20)])
  .optional()
  .openapi({ type: 'array', items: { type: 'string', enum: changeTypeSchema.options } });

export const route = createRoute({
  method: 'get',
  path: '/changes',
  ...needs('reader', 'filtered'),
  tags: ['History'],
  summary: 'What changed, commit by commit',
  description:
    'Every change once, in an order that never changes. As a page of JSON, or, with Accept: ' +
    'text/event-stream, as Server-Sent Events that go on as long as you listen. An item is found ' +
    'by what it was before a change, too; a relationship by either of its ends.',
  request: {
    headers: z.object({
      'last-event-id': z.string().optional().openapi({
        description: 'Where an event stream broke off; comes before the parameter after.',
      }),
    }),
    query: queryOf({
      after: afterParam,
      type: typesParam,
      ci_id: ciIdParam.shape.ci_id.optional(),
      ci_type: ciTypeSchema.optional(),
      environment: ciEnvironmentSchema.optional(),
      provider: plainText.optional(),
      account: plainText.optional(),
      team: plainText.optional(),
      limit: wholeNumber(1, 500, 100),
    }),
  },
  responses: {
    200: {
      description: 'The oldest first.',
      content: {
        'application/json': { schema: changesSchema },
        'text/event-stream': {
          schema: z.string().meta({
            description: 'Events with the cursor as id, the type as event and the change as data.',
          }),
        },
      },
    },
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** The feed of changes. */
export function changeRoutes(deps: AppDeps) {
  const { db, log } = deps;
  const hub = createChangeHub({ db, log });
  const app = createRouter();
  app.openapi(route, async (c): Promise<Response> => {
    const { after, limit, type, ...filter } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const query: ChangeQuery = { ...filter, types: type, restriction };
    const isStream =
      accepts(c, {
        header: 'Accept',
        supports: ['application/json', 'text/event-stream'],
        default: 'application/json',
      }) === 'text/event-stream';
    const resumed = isStream ? lastEventId(c.req.header('last-event-id')) : null;
    const place = resumed ?? (after === 'now' ? await newestPlace(db) : (after ?? null));
    const page = await read(place, query, isStream ? 1 : limit);
    if (isStream) return streamChanges(c, deps, hub, query, place ?? page.begin);
    const answer = {
      items: page.entries.map(({ event }) => event),
      next_cursor: encodeFeedCursor(page.next),
      has_more: page.has_more,
    };
    return c.json(answerOf(deps, changesSchema, answer), 200);

    async function read(from: FeedCursor | null, wanted: ChangeQuery, most: number) {
      try {
        return await readChanges(db, from, wanted, most);
      } catch (error) {
        throw feedProblem(error, resumed ? 'Last-Event-ID' : 'after');
      }
    }
  });
  return app;
}
