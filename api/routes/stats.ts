import { createRoute, z } from '@hono/zod-openapi';
import { getCoverage } from '../../db/postgres/get-coverage.ts';
import { TREND_DAYS } from '../../db/postgres/stats/read-trend.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { contentTagHeader, notModified } from '../http/conditional.ts';
import { queryOf } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { createCountsReader, readCounts } from '../stats/read-counts.ts';

const count = z.int().nonnegative();
const counts = z.record(z.string(), count);
const largest = counts.meta({ description: 'The 1,000 with the most items.' });

const daySchema = z
  .object({
    day: z.iso.date(),
    added: count.meta({ description: 'Items that were found for the first time.' }),
    changed: count.meta({ description: 'New versions of items that were known.' }),
    retired: count.meta({ description: 'Items that tracking retired.' }),
  })
  .meta({ id: 'DayOfTrend' });

const statsSchema = z
  .object({
    as_of: asOfSchema,
    total_cis: count.meta({ description: 'Retired items too; by_status tells them apart.' }),
    by_type: counts,
    by_environment: counts,
    by_provider: counts,
    by_status: counts,
    by_account: largest,
    by_region: largest.meta({ description: 'What has no region is in none.' }),
    by_team: largest.meta({ description: 'What has no team is in none.' }),
    total_relationships: count,
    by_relationship_type: counts,
    trend: z
      .array(daySchema)
      .max(TREND_DAYS)
      .meta({
        description:
          'The last 30 days by UTC, the newest last, of the items that the caller may see now. Days ' +
          'without any change are left out, and those of which history is not kept.',
      }),
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
    200: {
      ...jsonResponse(statsSchema, 'Of what the caller may see.'),
      headers: contentTagHeader,
    },
    304: notModified,
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /stats`. */
export function statsRoutes(deps: AppDeps) {
  const app = createRouter();
  const presentCounts = createCountsReader(deps.db);
  app.openapi(route, async (c) => {
    const { restriction } = c.get('principal');
    const { as_of } = c.req.valid('query');
    const [counts, coverage] = await Promise.all([
      as_of
        ? readAsOf(deps.db, as_of, (db, moment) => readCounts(db, restriction, moment))
        : presentCounts(restriction),
      as_of ? null : getCoverage(deps.db, { restriction }),
    ]);
    return c.json(answerOf(deps, statsSchema, { ...asOfPart(as_of), ...counts, coverage }), 200);
  });
  return app;
}
