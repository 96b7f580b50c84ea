import { createRoute, z } from '@hono/zod-openapi';
import { historyKeptFrom, listVersions } from '../../db/postgres/list-versions.ts';
import { changeSchema } from '../../model/configuration-item.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { ciIdParam, queryOf, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { readItem } from '../read-item.ts';
import { unknownItem } from './items.ts';

const historySchema = z
  .object({
    ci_id: z.uuid(),
    items: z.array(changeSchema.meta({ id: 'Change' })).meta({
      description: 'Every version: what it changed, when, in which run or by whom; newest first.',
    }),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
    kept_from: z.iso.datetime({ offset: true }).nullable().meta({
      description:
        'Versions that were replaced before are not kept. Null while everything is there.',
    }),
  })
  .meta({ id: 'History' });

const versionCursor = cursorOf(z.int().positive());

export const route = createRoute({
  method: 'get',
  path: '/ci/{ci_id}/history',
  ...needs('reader', 'filtered'),
  tags: ['History'],
  summary: 'Every version of an item',
  request: {
    params: ciIdParam,
    query: queryOf({ limit: wholeNumber(1, 500, 100), cursor: versionCursor.param }),
  },
  responses: {
    200: jsonResponse(historySchema, 'One page.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

/** The history of one item, for whoever may see it as it is now. */
export function historyRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { limit, cursor } = c.req.valid('query');
    if (!(await readItem(deps, ci_id, c.get('principal').restriction))) throw unknownItem(ci_id);
    const [versions, keptFrom] = await Promise.all([
      listVersions(deps.db, ci_id, limit + 1, cursor),
      historyKeptFrom(deps.db),
    ]);
    const items = versions.slice(0, limit);
    const last = versions.length > limit ? items.at(-1) : undefined;
    const answer = {
      ci_id,
      items,
      next_cursor: last ? versionCursor.encode(last.version) : null,
      kept_from: keptFrom?.toISOString() ?? null,
    };
    return c.json(answerOf(deps, historySchema, answer), 200);
  });
  return app;
}
