import { createRoute, z } from '@hono/zod-openapi';
import { getItem } from '../../db/postgres/get-item.ts';
import { postgresGroupReader } from '../../db/postgres/read-groups.ts';
import { isVisibleTo, sightOf } from '../../db/postgres/visibility.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { effectsOf } from '../../model/failure-effects.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { ciIdParam, queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { impactAnswer, impactShape } from '../impact/impact-answer.ts';
import { MAX_ITEMS, type WalkReader } from '../read-walk.ts';
import { unknownItem } from './items.ts';

const impactSchema = z
  .object({
    as_of: asOfSchema,
    target_ci: itemSummarySchema.meta({ id: 'ItemSummary' }),
    ...impactShape,
  })
  .meta({ id: 'Impact' });

/** Failures rarely go further than five hops; a chain of load balancers and gateways may. */
export const MAX_IMPACT_DEPTH = 32;

export const route = createRoute({
  method: 'get',
  path: '/ci/{ci_id}/impact',
  ...needs('reader', 'filtered'),
  tags: ['Relationships'],
  summary: 'What suffers if an item fails',
  request: {
    params: ciIdParam,
    query: queryOf({ depth: wholeNumber(1, MAX_IMPACT_DEPTH, 3), as_of: asOfParam }),
  },
  responses: {
    200: {
      ...jsonResponse(impactSchema, 'The nearest first.'),
      headers: z.object({ 'CMDB-Answered-By': z.enum(['neo4j', 'postgres']) }),
    },
    ...problemResponses('invalid-request', 'not-found', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /ci/{ci_id}/impact`; its limit of three hops is the default. */
export function impactRoutes(deps: AppDeps, readWalk: WalkReader) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { depth, as_of } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const answer = await readAsOf(deps.db, as_of, async (db, moment) => {
      const item = await getItem(db, ci_id, moment);
      if (!item || !isVisibleTo(restriction, item)) throw unknownItem(ci_id);
      const walk = await readWalk({
        ci_ids: [ci_id],
        direction: 'impact',
        bounds: { depth, max_items: MAX_ITEMS },
        past: moment && { db, moment },
      });
      c.header('CMDB-Answered-By', walk.answered_by);
      const effects = await effectsOf(walk, [ci_id], postgresGroupReader(db, moment));
      const sight = await sightOf(
        db,
        restriction,
        walk.reached.map((reached) => reached.item.ci_id),
        moment,
      );
      return {
        ...asOfPart(as_of),
        target_ci: itemSummarySchema.parse(item),
        ...impactAnswer({ depth, walk, effects, sight, failed: [ci_id] }),
      };
    });
    return c.json(answerOf(deps, impactSchema, answer), 200);
  });
  return app;
}
