import { createRoute, z } from '@hono/zod-openapi';
import { readNeighbourhood } from '../../db/postgres/read-neighbourhood.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema, spreadSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { unknownItem } from './items.ts';

const MAX_COUNTED = 10_000;

const graphSchema = z
  .object({
    as_of: asOfSchema,
    ci_id: z.uuid(),
    nodes: z.array(
      itemSummarySchema.extend({
        hops: z.int().nonnegative(),
        left_out: z
          .int()
          .nonnegative()
          .meta({
            description: `Its relationships that are not drawn; counted up to ${MAX_COUNTED} a direction.`,
          }),
      }),
    ),
    edges: z.array(
      z.object({
        relationship_id: z.uuid(),
        source_ci_id: z.uuid(),
        target_ci_id: z.uuid(),
        relationship_type: relationTypeSchema,
        spread: spreadSchema,
        weight: z.number().nonnegative(),
        redundancy_group: z.string().nullable(),
        min_up: z.int().positive().nullable(),
      }),
    ),
    truncated: z.boolean().meta({ description: 'The limit left out items that are as near.' }),
  })
  .meta({ id: 'Neighbourhood' });

const route = createRoute({
  method: 'get',
  path: '/graph',
  ...needs('reader', 'filtered'),
  tags: ['Relationships'],
  summary: 'The surroundings of an item, to be drawn',
  description:
    'The items within some hops over relationships of any type, whichever way they point, and all ' +
    'relationships between them. Each item says how many of its relationships are left out.',
  request: {
    query: queryOf({
      ci_id: z.uuid('must be the id of a configuration item').toLowerCase(),
      depth: wholeNumber(1, 5, 1),
      limit: wholeNumber(1, 500, 100),
      as_of: asOfParam,
    }),
  },
  responses: {
    200: jsonResponse(graphSchema, 'The nearest first.'),
    ...problemResponses('invalid-request', 'not-found', 'history-pruned', 'component-unavailable'),
  },
});

/** `GET /graph`: what a page draws, and knows what it does not draw. */
export function graphRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id, depth, limit, as_of } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const answer = await readAsOf(deps.db, as_of, async (db, moment) => {
      const bounds = { depth, max_items: limit, max_counted: MAX_COUNTED };
      const found = await readNeighbourhood(db, ci_id, bounds, { restriction, moment });
      if (!found) throw unknownItem(ci_id);
      const { nodes, edges, is_truncated } = found;
      return { ...asOfPart(as_of), ci_id, nodes, edges, truncated: is_truncated };
    });
    return c.json(answerOf(deps, graphSchema, answer), 200);
  });
  return app;
}
