import { createRoute, z } from '@hono/zod-openapi';
import { summariesOf } from '../../db/postgres/find-failing.ts';
import { edgesOf } from '../../db/postgres/read-edges.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema } from '../../model/enums.ts';
import { shortestPath } from '../../model/shortest-path.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';

/** Relationships that are read for one answer, and how long it may take. */
const MAX_EDGES_PER_HOP = 50_000;
const MAX_EDGES = 150_000;
const MAX_MS = 8_000;

const pathSchema = z
  .object({
    as_of: asOfSchema,
    from: z.uuid(),
    to: z.uuid(),
    connected: z.boolean().meta({ description: 'Whether a path was found within the bounds.' }),
    hops: z.int().nonnegative().nullable(),
    items: z.array(itemSummarySchema.meta({ id: 'ItemSummary' })).meta({
      description: 'From the first to the second, in order.',
    }),
    relationships: z
      .array(
        z.object({
          relationship_id: z.uuid(),
          source_ci_id: z.uuid(),
          target_ci_id: z.uuid(),
          relationship_type: relationTypeSchema,
        }),
      )
      .meta({ description: 'Between each item and the next, whichever way they point.' }),
    truncated: z.boolean().meta({
      description: 'Too much had to be read: there may be a path, or a shorter one.',
    }),
  })
  .meta({ id: 'Path' });

const endParam = z.uuid('must be the id of a configuration item').toLowerCase();

export const route = createRoute({
  method: 'get',
  path: '/path',
  ...needs('reader'),
  tags: ['Relationships'],
  summary: 'How two items are connected',
  description: 'A shortest way over relationships of any type, whichever way they point.',
  request: {
    query: queryOf({
      from: endParam,
      to: endParam,
      max_hops: wholeNumber(1, 12, 8),
      as_of: asOfParam,
    }),
  },
  responses: {
    200: jsonResponse(pathSchema, 'The path, or that there is none.'),
    ...problemResponses('invalid-request', 'not-found', 'history-pruned', 'component-unavailable'),
  },
});

/** `GET /path`, from PostgreSQL: the answer is the same whether the graph is there or not. */
export function pathRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { from, to, max_hops, as_of } = c.req.valid('query');
    const answer = await readAsOf(deps.db, as_of, async (db, moment) => {
      const ends = await summariesOf(db, [from, to], null, moment);
      const unknown = Object.entries({ from, to }).filter(
        ([, ciId]) => !ends.some(({ ci_id }) => ci_id === ciId),
      );
      if (unknown.length > 0) {
        throw new Problem('not-found', 'There is no such configuration item.', {
          errors: unknown.map(([field]) => ({ field, message: 'is not known' })),
        });
      }
      const { edges, is_truncated } = await shortestPath(
        (ciIds, all) => edgesOf(db, ciIds, { all }, moment),
        from,
        to,
        {
          max_hops,
          max_edges_per_hop: MAX_EDGES_PER_HOP,
          max_edges: MAX_EDGES,
          deadline: performance.now() + MAX_MS,
        },
      );
      const along = edges ? itemsAlong(from, edges) : [];
      const summaries = await summariesOf(db, along, null, moment);
      return {
        ...asOfPart(as_of),
        from,
        to,
        connected: edges !== null,
        hops: edges?.length ?? null,
        items: along.flatMap((ciId) => summaries.find(({ ci_id }) => ci_id === ciId) ?? []),
        relationships: (edges ?? []).map((edge) => ({
          relationship_id: edge.relationship_id,
          source_ci_id: edge.source_ci_id,
          target_ci_id: edge.target_ci_id,
          relationship_type: edge.relationship_type,
        })),
        truncated: is_truncated,
      };
    });
    return c.json(answerOf(deps, pathSchema, answer), 200);
  });
  return app;
}

/** The items that a path leads over, both ends among them. */
function itemsAlong(
  from: string,
  edges: ReadonlyArray<{ source_ci_id: string; target_ci_id: string }>,
): string[] {
  const items = [from];
  for (const { source_ci_id, target_ci_id } of edges) {
    items.push(items.at(-1) === source_ci_id ? target_ci_id : source_ci_id);
  }
  return items;
}
