import { createRoute, z } from '@hono/zod-openapi';
import { findStaleItems } from '../../db/postgres/find-stale-items.ts';
import { getCoverageOfItems } from '../../db/postgres/get-coverage.ts';
import { countItems, type ItemFilter, listItems } from '../../db/postgres/list-items.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { type ConfigurationItem, configurationItemSchema } from '../../model/configuration-item.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { ciEnvironmentSchema, ciStatusSchema, providerSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { conditional, ifNoneMatchHeader, NOT_MODIFIED } from '../http/conditional.ts';
import { cursorParam, encodeCursor } from '../http/cursor.ts';
import { entityTagHeader, itemTagOf } from '../http/entity-tag.ts';
import { ciIdParam, plainText, queryOf, tagsParam, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { readItem, readItemOfThing } from '../read-item.ts';

export const itemSchema = configurationItemSchema.meta({ id: 'ConfigurationItem' });

const itemsSchema = z
  .object({
    as_of: asOfSchema,
    total: z.int().nonnegative().meta({ description: 'How many the filters find in all.' }),
    items: z.array(itemSchema),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
    coverage: coverageSchema.nullable().meta({
      description:
        'How complete the list is, by the slices of these places; on the first page, null on others and in answers about the past.',
    }),
  })
  .meta({ id: 'ConfigurationItems' });

export const oneRoute = createRoute({
  method: 'get',
  path: '/ci/{ci_id}',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'A configuration item',
  request: {
    params: ciIdParam,
    query: queryOf({ as_of: asOfParam }),
    headers: ifNoneMatchHeader,
  },
  responses: {
    200: {
      ...jsonResponse(itemSchema, 'With every field of its class.'),
      headers: entityTagHeader.extend({ 'X-Cache': z.enum(['HIT', 'MISS']) }),
    },
    304: NOT_MODIFIED,
    ...problemResponses('invalid-request', 'not-found', 'history-pruned', 'component-unavailable'),
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
      as_of: asOfParam,
      limit: wholeNumber(1, 1000, 100),
      cursor: cursorParam,
    }),
  },
  responses: {
    200: jsonResponse(itemsSchema, 'One page.'),
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /ci/{ci_id}` and `GET /cis`. */
export function itemRoutes(deps: AppDeps) {
  const app = createRouter();
  app.use(oneRoute.getRoutingPath(), conditional());
  app.openapi(oneRoute, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { as_of } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const found = as_of
      ? await readItem(deps, ci_id, restriction, as_of)
      : await readItemOfThing(deps, ci_id, restriction);
    if (!found) throw unknownItem(ci_id);
    c.header('X-Cache', found.from === 'cache' ? 'HIT' : 'MISS');
    c.header('ETag', itemTagOf(found.item));
    return c.json(answerOf(deps, itemSchema, found.item), 200);
  });
  app.openapi(listRoute, async (c) => {
    const { limit, cursor, tag, as_of, ...places } = c.req.valid('query');
    const filter: ItemFilter = {
      ...places,
      tags: tag,
      restriction: c.get('principal').restriction,
    };
    const [{ total, page }, coverage] = await Promise.all([
      readAsOf(deps.db, as_of, async (db, moment) => {
        const [total, page] = await Promise.all([
          countItems(db, filter, moment),
          listItems(db, filter, limit, cursor, moment),
        ]);
        return { total, page };
      }),
      cursor || as_of
        ? null
        : getCoverageOfItems(deps.db, { ...places, restriction: filter.restriction }),
    ]);
    const items = await withStaleness(deps, page.items, as_of);
    const next_cursor = page.next ? encodeCursor(page.next) : null;
    const answer = { ...asOfPart(as_of), total, items, next_cursor, coverage };
    return c.json(answerOf(deps, itemsSchema, answer), 200);
  });
  return app;
}

/** Says of items as they are now whether anybody has looked at them lately. */
async function withStaleness(
  { db }: AppDeps,
  items: ConfigurationItem[],
  asOf: Date | undefined,
): Promise<ConfigurationItem[]> {
  if (asOf) return items;
  const stale = await findStaleItems(
    db,
    items.map((item) => item.ci_id),
  );
  return items.map((item) => ({ ...item, stale: stale.has(item.ci_id) }));
}

export function unknownItem(ciId: string): Problem {
  return new Problem('not-found', `There is no configuration item ${ciId}.`, {
    errors: [{ field: 'ci_id', message: 'is not known' }],
  });
}
