import { createRoute, z } from '@hono/zod-openapi';
import { summariesOf } from '../../db/postgres/find-failing.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { ciEnvironmentSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { createSinglePointReader } from '../impact/single-point-reader.ts';

const count = z.int().nonnegative();

const singlePointsSchema = z
  .object({
    total: count.meta({ description: 'How many single points of failure there are.' }),
    single_points: z.array(
      itemSummarySchema.extend({
        outages: count.meta({ description: 'How many others are out when it fails, in all.' }),
        outages_in_environment: count.meta({
          description: 'Those in the environment that was asked about, which rank it.',
        }),
        critical_outages: count.meta({ description: 'Those in production.' }),
      }),
    ),
    state_at: z.iso.datetime().nullable().meta({
      description: 'The last change of the inventory that is counted in; null while it is empty.',
    }),
    truncated: z.boolean().meta({
      description: 'The analysis was cut: there may be more, and they may take down more.',
    }),
  })
  .meta({ id: 'SinglePoints' });

export const route = createRoute({
  method: 'get',
  path: '/spof',
  ...needs('reader'),
  tags: ['Relationships'],
  summary: 'Single points of failure',
  description:
    'Items whose failure alone takes others down – because nothing stands in for them –, ranked by ' +
    'how many. Members of a redundancy group that is strong enough are none.',
  request: {
    query: queryOf({
      environment: ciEnvironmentSchema
        .optional()
        .meta({ description: 'Counts what would be out there; everywhere where left out.' }),
      ci_type: ciTypeSchema
        .optional()
        .meta({ description: 'Only single points of this class, and its more specific kinds.' }),
      limit: wholeNumber(1, 1000, 50),
    }),
  },
  responses: {
    200: jsonResponse(singlePointsSchema, 'What takes down the most, first.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

/** Who would take down what, of the whole inventory. */
export function singlePointRoutes(deps: AppDeps) {
  const app = createRouter();
  const readSinglePoints = createSinglePointReader(deps);
  app.openapi(route, async (c) => {
    const { limit, ...filter } = c.req.valid('query');
    const found = await readSinglePoints();
    const { total, points } = found.rank(filter, limit);
    const ids = points.map(({ ci_id }) => ci_id);
    const summaries = new Map(
      (await summariesOf(deps.db, ids, null)).map((summary) => [summary.ci_id, summary]),
    );
    const answer = {
      total,
      single_points: points.flatMap((point) => {
        const summary = summaries.get(point.ci_id);
        return summary ? [{ ...summary, ...point }] : [];
      }),
      state_at: found.state_at?.toISOString() ?? null,
      truncated: found.is_truncated,
    };
    return c.json(answerOf(deps, singlePointsSchema, answer), 200);
  });
  return app;
}
