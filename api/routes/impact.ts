import { createRoute, z } from '@hono/zod-openapi';
import { getItem } from '../../db/postgres/get-item.ts';
import { postgresGroupReader } from '../../db/postgres/read-groups.ts';
import { isVisibleTo, sightOf } from '../../db/postgres/visibility.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationTypeSchema } from '../../model/enums.ts';
import { effectsOf } from '../../model/failure-effects.ts';
import { pathTo, type Reached } from '../../model/failure-walk.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { ciIdParam, queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import type { WalkReader } from '../read-walk.ts';
import { byDistance } from './by-distance.ts';
import { hiddenSchema } from './hidden.ts';
import { unknownItem } from './items.ts';

const count = z.int().nonnegative();

const impactSchema = z
  .object({
    target_ci: itemSummarySchema.meta({ id: 'ItemSummary' }),
    depth: z.int(),
    total_impacted: count,
    critical_impacted: count.meta({ description: 'Those in production.' }),
    unknown_environment_impacted: count.meta({
      description: 'Those of which nothing tells the environment: they may be in production.',
    }),
    impacted_cis: z.array(
      itemSummarySchema.extend({
        effect: z.enum(['outage', 'degraded']).meta({
          description:
            'Whether it fails, too, or goes on with what stands in for what it has lost.',
        }),
        hops: z.int().positive(),
        path: z
          .array(
            z.object({
              relationship_type: relationTypeSchema,
              source_ci_id: z.uuid().nullable(),
              target_ci_id: z.uuid().nullable(),
            }),
          )
          .meta({
            description:
              'A shortest way, from the item that fails; null is an item that the caller may not see.',
          }),
      }),
    ),
    risk_level: z
      .enum(['critical', 'medium'])
      .meta({ description: 'Of everything that is impacted, hidden items too.' }),
    hidden: hiddenSchema,
    truncated: z.boolean().meta({ description: 'The answer is a lower bound.' }),
  })
  .meta({ id: 'Impact' });

const route = createRoute({
  method: 'get',
  path: '/ci/{ci_id}/impact',
  ...needs('reader', 'filtered'),
  tags: ['Relationships'],
  summary: 'What suffers if an item fails',
  request: { params: ciIdParam, query: queryOf({ depth: wholeNumber(1, 5, 3) }) },
  responses: {
    200: {
      ...jsonResponse(impactSchema, 'The nearest first.'),
      headers: z.object({ 'CMDB-Answered-By': z.enum(['neo4j', 'postgres']) }),
    },
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

/** The contract's `GET /ci/{ci_id}/impact`; its limit of three hops is the default. */
export function impactRoutes(deps: AppDeps, readWalk: WalkReader) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { depth } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const item = await getItem(deps.db, ci_id);
    if (!item || !isVisibleTo(restriction, item)) throw unknownItem(ci_id);
    const walk = await readWalk(ci_id, 'impact', depth);
    c.header('CMDB-Answered-By', walk.answered_by);
    const summary = itemSummarySchema.parse(item);
    const effects = await effectsOf(walk, summary, postgresGroupReader(deps.db));
    const byId = new Map(walk.reached.map((reached) => [reached.item.ci_id, reached]));
    const ids = walk.reached.map((reached) => reached.item.ci_id);
    const { sees, hidden } = await sightOf(deps.db, restriction, ids);
    const shown = walk.reached.filter((reached) => sees(reached.item.ci_id));
    const orNull = (ciId: string) => (ciId === ci_id || sees(ciId) ? ciId : null);
    const countIn = (reached: Reached[], environment: string) =>
      reached.filter(({ item }) => item.environment === environment).length;
    const answer: z.output<typeof impactSchema> = {
      target_ci: summary,
      depth,
      total_impacted: shown.length,
      critical_impacted: countIn(shown, 'production'),
      unknown_environment_impacted: countIn(shown, 'unknown'),
      impacted_cis: shown.toSorted(byDistance).map((reached) => ({
        ...reached.item,
        effect: effects.get(reached.item.ci_id) ?? 'degraded',
        hops: reached.hops,
        path: pathTo(reached, byId).map(({ edge }) => ({
          relationship_type: edge.relationship_type,
          source_ci_id: orNull(edge.source_ci_id),
          target_ci_id: orNull(edge.target_ci_id),
        })),
      })),
      risk_level: countIn(walk.reached, 'production') > 0 ? 'critical' : 'medium',
      hidden,
      truncated: walk.is_truncated,
    };
    return c.json(answerOf(deps, impactSchema, answer), 200);
  });
  return app;
}
