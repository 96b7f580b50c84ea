import { createRoute, z } from '@hono/zod-openapi';
import { getItem } from '../../db/postgres/get-item.ts';
import { isVisibleTo, sightOf } from '../../db/postgres/visibility.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema, spreadSchema } from '../../model/enums.ts';
import type { WalkDirection } from '../../model/failure-walk.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { ciIdParam, queryOf, relationsParam, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { MAX_ITEMS, type WalkReader } from '../read-walk.ts';
import { byDistance } from './by-distance.ts';
import { hiddenSchema } from './hidden.ts';
import { unknownItem } from './items.ts';

/** Which way to go, as people say it. */
const DIRECTIONS = {
  needs: 'dependencies',
  needed_by: 'impact',
} as const satisfies Record<string, WalkDirection>;
const directionSchema = z.enum(Object.keys(DIRECTIONS) as Array<keyof typeof DIRECTIONS>);

const dependenciesSchema = z
  .object({
    as_of: asOfSchema,
    ci: itemSummarySchema.meta({ id: 'ItemSummary' }),
    depth: z.int(),
    direction: directionSchema,
    dependencies: z.array(
      itemSummarySchema.extend({
        hops: z.int().positive(),
        via: z
          .object({
            relationship_type: relationTypeSchema,
            ci_id: z.uuid().nullable().meta({ description: 'Null: not for the caller to see.' }),
          })
          .meta({ description: 'The last step of a shortest way, and the item it leads from.' }),
      }),
    ),
    relationships: z.array(
      z.object({
        relationship_id: z.uuid(),
        source_ci_id: z.uuid(),
        target_ci_id: z.uuid(),
        relationship_type: relationTypeSchema,
        spread: spreadSchema,
        weight: z.number().nonnegative(),
        redundancy_group: z.string().nullable().meta({
          description: 'Members of one group stand in for each other.',
        }),
        min_up: z.int().positive().nullable().meta({
          description: 'How many of the group must be up.',
        }),
      }),
    ),
    hidden: hiddenSchema,
    truncated: z.boolean().meta({ description: 'There is more behind the depth, or too much.' }),
  })
  .meta({ id: 'Dependencies' });

export const route = createRoute({
  method: 'get',
  path: '/ci/{ci_id}/dependencies',
  ...needs('reader', 'filtered'),
  tags: ['Relationships'],
  summary: 'What an item needs',
  description:
    'A graph: the items, and every relationship between them over which a failure would reach the ' +
    'item. Cycles end where they began.',
  request: {
    params: ciIdParam,
    query: queryOf({
      depth: wholeNumber(1, 5, 1),
      direction: directionSchema
        .default('needs')
        .meta({ description: 'needs: what it needs; needed_by: what needs it.' }),
      relations: relationsParam,
      as_of: asOfParam,
    }),
  },
  responses: {
    200: {
      ...jsonResponse(dependenciesSchema, 'The nearest first.'),
      headers: z.object({ 'CMDB-Answered-By': z.enum(['neo4j', 'postgres']) }),
    },
    ...problemResponses('invalid-request', 'not-found', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /ci/{ci_id}/dependencies`. */
export function dependencyRoutes(deps: AppDeps, readWalk: WalkReader) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { depth, direction, relations, as_of } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const answer = await readAsOf(deps.db, as_of, async (db, moment) => {
      const item = await getItem(db, ci_id, moment);
      if (!item || !isVisibleTo(restriction, item)) throw unknownItem(ci_id);
      const walk = await readWalk({
        ci_ids: [ci_id],
        direction: DIRECTIONS[direction],
        bounds: { depth, max_items: MAX_ITEMS },
        relations,
        past: moment && { db, moment },
      });
      c.header('CMDB-Answered-By', walk.answered_by);
      const ids = walk.reached.map((reached) => reached.item.ci_id);
      const { sees, hidden } = await sightOf(db, restriction, ids, moment);
      const shows = (ciId: string) => ciId === ci_id || sees(ciId);
      const shown = walk.reached.filter((reached) => sees(reached.item.ci_id));
      return {
        ...asOfPart(as_of),
        ci: itemSummarySchema.parse(item),
        depth,
        direction,
        dependencies: shown.toSorted(byDistance).map(({ item: reached, hops, via }) => ({
          ...reached,
          hops,
          via: {
            relationship_type: via.edge.relationship_type,
            ci_id: shows(via.from_ci_id) ? via.from_ci_id : null,
          },
        })),
        relationships: walk.edges.filter(
          (edge) => shows(edge.source_ci_id) && shows(edge.target_ci_id),
        ),
        hidden,
        truncated: walk.is_truncated,
      };
    });
    return c.json(answerOf(deps, dependenciesSchema, answer), 200);
  });
  return app;
}
