import { createRoute, z } from '@hono/zod-openapi';
import { getCoverage } from '../../db/postgres/get-coverage.ts';
import { getStats } from '../../db/postgres/get-stats.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { queryOf } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';

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
    total_relationships: count,
    by_relationship_type: counts,
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
  request: { query: queryOf({ as_of: asOfParam }) },
  responses: {
    200: jsonResponse(statsSchema, 'Of what the caller may see.'),
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /stats`. */
export function statsRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { restriction } = c.get('principal');
    const { as_of } = c.req.valid('query');
    const [stats, coverage] = await Promise.all([
      readAsOf(deps.db, as_of, (db, moment) => getStats(db, restriction, moment)),
      as_of ? null : getCoverage(deps.db, { restriction }),
    ]);
    return c.json(answerOf(deps, statsSchema, { ...asOfPart(as_of), ...stats, coverage }), 200);
  });
  return app;
}
