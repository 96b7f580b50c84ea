import { createRoute, z } from '@hono/zod-openapi';
import {
  type CandidateCursor,
  listCandidates,
} from '../../db/postgres/sameness/list-candidates.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { providerSchema } from '../../model/enums.ts';
import { WEAK_KEYS } from '../../model/sameness.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const summary = itemSummarySchema.meta({ id: 'ItemSummary' });

const duplicatesSchema = z
  .object({
    items: z.array(
      z.object({
        items: z.array(summary).length(2),
        weak_keys: z.array(z.enum(WEAK_KEYS)).min(1).meta({
          description: 'What the two have in common. A host name counts to its first dot.',
        }),
      }),
    ),
    next_cursor: z
      .string()
      .nullable()
      .meta({
        description:
          'For the next page; null at the end. A page may be short, or empty, where few of many ' +
          'were candidates.',
      }),
  })
  .meta({ id: 'Duplicates' });

const cursor = cursorOf(
  z.tuple([z.enum(WEAK_KEYS), z.string(), z.tuple([z.uuid(), z.uuid()]).nullable()]),
);

export const route = createRoute({
  method: 'get',
  path: '/duplicates',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'Items that may be one thing',
  description:
    'Pairs of items of different sources and one class that share a host name, an address – unless ' +
    'it is known to be in different networks – or a name, for a person to decide about with `PUT ' +
    '/duplicates/decisions`. Nothing is joined by these alone. Values that more than ten items have ' +
    'are left out.',
  request: {
    query: queryOf({
      ci_type: ciTypeSchema.optional().meta({ description: 'Of one of the two.' }),
      provider: providerSchema.optional().meta({ description: 'Of one of the two.' }),
      limit: wholeNumber(1, 200, 50),
      cursor: cursor.param,
    }),
  },
  responses: {
    200: jsonResponse(duplicatesSchema, 'One page.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

/** `GET /duplicates`: candidates for a person to decide about. */
export function duplicateRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { limit, cursor: at, ...places } = c.req.valid('query');
    const filter = { ...places, restriction: c.get('principal').restriction };
    const after: CandidateCursor | null = at && { weak_key: at[0], value: at[1], pair: at[2] };
    const { candidates, next } = await listCandidates(deps.db, filter, limit, after);
    const next_cursor =
      next && cursor.encode([next.weak_key, next.value, next.pair && [next.pair[0], next.pair[1]]]);
    return c.json(answerOf(deps, duplicatesSchema, { items: candidates, next_cursor }), 200);
  });
  return app;
}
