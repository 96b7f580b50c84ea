import { createRoute, z } from '@hono/zod-openapi';
import { listAmbiguousKeys } from '../../db/postgres/list-ambiguous.ts';
import { listWantedKeys } from '../../db/postgres/list-unresolved.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { plainText, queryOf, relationsParam, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const summary = itemSummarySchema.meta({ id: 'ItemSummary' });
const nextCursor = z.string().nullable().meta({
  description: 'For the next page; null at the end.',
});

const unresolvedSchema = z
  .object({
    items: z.array(
      z.object({
        key: z.string().meta({ description: 'What is referred to: a host name, an ARN, an id.' }),
        wanted: z.int().positive().meta({ description: 'How many references name it.' }),
        relations: z.array(
          z.object({
            relation: z.string().meta({ description: 'As docs/resource-types.md calls it.' }),
            relationship_type: relationTypeSchema,
            referrer_types: z.array(z.string()),
            count: z.int().positive(),
          }),
        ),
        examples: z.array(summary).meta({ description: 'Some of those that refer to it.' }),
      }),
    ),
    next_cursor: nextCursor,
  })
  .meta({ id: 'UnresolvedReferences' });

const ambiguousSchema = z
  .object({
    items: z.array(
      z.object({
        key: z.string(),
        owner_count: z.int().min(2),
        owners: z.array(summary).meta({ description: 'Some of the items that answer to it.' }),
        wanted: z.int().nonnegative().meta({
          description: 'How many references name it, and stand for nothing.',
        }),
      }),
    ),
    next_cursor: nextCursor,
  })
  .meta({ id: 'AmbiguousKeys' });

const wantedCursor = cursorOf(z.tuple([z.int().positive(), z.string()]));
const keyCursor = cursorOf(z.string());

const unresolvedRoute = createRoute({
  method: 'get',
  path: '/references/unresolved',
  ...needs('reader'),
  tags: ['Relationships'],
  summary: 'What is referred to and not known',
  description: 'What do we talk to that we do not know? The most wanted first.',
  request: {
    query: queryOf({
      relations: relationsParam,
      prefix: plainText.optional().meta({ description: 'How the key begins, such as dns:.' }),
      referrer_type: plainText.optional().meta({
        description: 'The resource type of those that refer to it.',
      }),
      limit: wholeNumber(1, 500, 50),
      cursor: wantedCursor.param,
    }),
  },
  responses: {
    200: jsonResponse(unresolvedSchema, 'One page.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

const ambiguousRoute = createRoute({
  method: 'get',
  path: '/keys/ambiguous',
  ...needs('reader'),
  tags: ['Relationships'],
  summary: 'Keys that more than one item answers to',
  description: 'A reference to such a key stands for nothing: it is never guessed who is meant.',
  request: { query: queryOf({ limit: wholeNumber(1, 500, 50), cursor: keyCursor.param }) },
  responses: {
    200: jsonResponse(ambiguousSchema, 'One page, in the order of the keys.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

/** What could not be related, and why. */
export function unresolvedRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(unresolvedRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const after = cursor && { wanted: cursor[0], key: cursor[1] };
    const found = await listWantedKeys(deps.db, filter, limit + 1, after);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const next_cursor = last ? wantedCursor.encode([last.wanted, last.key]) : null;
    return c.json(answerOf(deps, unresolvedSchema, { items, next_cursor }), 200);
  });
  app.openapi(ambiguousRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const found = await listAmbiguousKeys(deps.db, limit + 1, cursor);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const next_cursor = last ? keyCursor.encode(last.key) : null;
    return c.json(answerOf(deps, ambiguousSchema, { items, next_cursor }), 200);
  });
  return app;
}
