import { createRoute, z } from '@hono/zod-openapi';
import { getCoverage } from '../../db/postgres/get-coverage.ts';
import { getStats } from '../../db/postgres/get-stats.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { conditional, ifNoneMatchHeader, NOT_MODIFIED } from '../http/conditional.ts';
import { entityTagHeader } from '../http/entity-tag.ts';
import { queryOf } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { createStatsReader } from '../read-stats.ts';

const count = z.int().nonnegative();
const counts = z.record(z.string(), count);

const statsSchema = z
  .object({
    as_of: asOfSchema,
    total_cis: count.meta({ description: 'Retired items too; by_status tells them apart.' }),
    by_type: counts,
    by_environment: counts,
    by_provider: counts,
    by_status: counts,
    by_account: counts,
    by_region: counts,
    by_team: counts.meta({
      description: 'Like accounts and regions: the 1,000 largest, `(others)`, and `(none)`.',
    }),
    total_relationships: count,
    by_relationship_type: counts,
    trend: z
      .array(z.object({ day: z.iso.date(), added: count, changed: count, retired: count }))
      .nullable()
      .meta({ description: 'The last 30 days, in UTC; null in answers about the past.' }),
    coverage: coverageSchema.nullable().meta({
      description: 'How complete these counts are; null in answers about the past.',
    }),
  })
  .meta({ id: 'Stats' });

export const route = createRoute({
  method: 'get',
  path: '/stats',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'Counts of items and relationships',
  request: { query: queryOf({ as_of: asOfParam }), headers: ifNoneMatchHeader },
  responses: {
    200: { ...jsonResponse(statsSchema, 'Of what the caller may see.'), headers: entityTagHeader },
    304: NOT_MODIFIED,
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /stats`. */
export function statsRoutes(deps: AppDeps) {
  const app = createRouter();
  const readStats = createStatsReader(deps);
  app.use(route.getRoutingPath(), conditional());
  app.openapi(route, async (c) => {
    const { restriction } = c.get('principal');
    const { as_of } = c.req.valid('query');
    if (as_of) {
      const stats = await readAsOf(deps.db, as_of, (db, moment) =>
        getStats(db, restriction, moment),
      );
      const answer = { ...asOfPart(as_of), ...stats, trend: null, coverage: null };
      return c.json(answerOf(deps, statsSchema, answer), 200);
    }
    const [stats, coverage] = await Promise.all([
      readStats(restriction),
      getCoverage(deps.db, { restriction }),
    ]);
    return c.json(answerOf(deps, statsSchema, { ...stats, coverage }), 200);
  });
  return app;
}
