import { createRoute, z } from '@hono/zod-openapi';
import { findStaleItems } from '../../db/postgres/find-stale-items.ts';
import { getCoverageOfItems } from '../../db/postgres/get-coverage.ts';
import { countItems, type ItemFilter, listItems } from '../../db/postgres/list-items.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { configurationItemSchema } from '../../model/configuration-item.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { ciEnvironmentSchema, ciStatusSchema, providerSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorParam, encodeCursor } from '../http/cursor.ts';
import { entityTagHeader, entityTagOf } from '../http/entity-tag.ts';
import {
  ciIdParam,
  noQuery,
  plainText,
  queryOf,
  tagsParam,
  wholeNumber,
} from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { readItem } from '../read-item.ts';

export const itemSchema = configurationItemSchema.meta({ id: 'ConfigurationItem' });

const itemsSchema = z
  .object({
    total: z.int().nonnegative().meta({ description: 'How many the filters find in all.' }),
    items: z.array(itemSchema),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
    coverage: coverageSchema.nullable().meta({
      description:
        'How complete the list is, by the slices of these places; on the first page, null on others.',
    }),
  })
  .meta({ id: 'ConfigurationItems' });

export const oneRoute = createRoute({
  method: 'get',
  path: '/ci/{ci_id}',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'A configuration item',
  request: { params: ciIdParam, query: noQuery },
  responses: {
    200: {
      ...jsonResponse(itemSchema, 'With every field of its class.'),
      headers: entityTagHeader.extend({ 'X-Cache': z.enum(['HIT', 'MISS']) }),
    },
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

export const listRoute = createRoute({
  method: 'get',
  path: '/cis',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'Configuration items by class, place and tags',
  description: 'The newest first. Items that come or go while you page shift nothing.',
  request: {
    query: queryOf({
      ci_type: ciTypeSchema
        .optional()
        .meta({ description: 'Finds its more specific kinds, too: database finds aws_rds.' }),
      environment: ciEnvironmentSchema.optional(),
      status: ciStatusSchema.optional(),
      provider: providerSchema.optional(),
      account: plainText.optional(),
      region: plainText.optional(),
      availability_zone: plainText.optional(),
      resource_type: plainText.optional(),
      tag: tagsParam,
      limit: wholeNumber(1, 1000, 100),
      cursor: cursorParam,
    }),
  },
  responses: {
    200: jsonResponse(itemsSchema, 'One page.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

/** The contract's `GET /ci/{ci_id}` and `GET /cis`. */
export function itemRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(oneRoute, async (c) => {
    const { ci_id } = c.req.valid('param');
    const found = await readItem(deps, ci_id, c.get('principal').restriction);
    if (!found) throw unknownItem(ci_id);
    c.header('X-Cache', found.from === 'cache' ? 'HIT' : 'MISS');
    c.header('ETag', entityTagOf(found.item));
    const stale = (await findStaleItems(deps.db, [ci_id])).has(ci_id);
    return c.json(answerOf(deps, itemSchema, { ...found.item, stale }), 200);
  });
  app.openapi(listRoute, async (c) => {
    const { limit, cursor, tag, ...places } = c.req.valid('query');
    const filter: ItemFilter = {
      ...places,
      tags: tag,
      restriction: c.get('principal').restriction,
    };
    const [total, page, coverage] = await Promise.all([
      countItems(deps.db, filter),
      listItems(deps.db, filter, limit, cursor),
      cursor ? null : getCoverageOfItems(deps.db, { ...places, restriction: filter.restriction }),
    ]);
    const stale = await findStaleItems(
      deps.db,
      page.items.map((item) => item.ci_id),
    );
    const items = page.items.map((item) => ({ ...item, stale: stale.has(item.ci_id) }));
    const next_cursor = page.next ? encodeCursor(page.next) : null;
    const answer = { total, items, next_cursor, coverage };
    return c.json(answerOf(deps, itemsSchema, answer), 200);
  });
  return app;
}

export function unknownItem(ciId: string): Problem {
  return new Problem('not-found', `There is no configuration item ${ciId}.`, {
    errors: [{ field: 'ci_id', message: 'is not known' }],
  });
}
