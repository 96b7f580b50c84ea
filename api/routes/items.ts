import { createRoute, z } from '@hono/zod-openapi';
import { findStaleItems } from '../../db/postgres/find-stale-items.ts';
import { getCoverageOfItems } from '../../db/postgres/get-coverage.ts';
import { listItems } from '../../db/postgres/list-items.ts';
import { countItems } from '../../db/postgres/search/count-items.ts';
import { asSimilar, resolveSearch } from '../../db/postgres/search/resolve-search.ts';
import { type ConfigurationItem, configurationItemSchema } from '../../model/configuration-item.ts';
import { coverageSchema } from '../../model/coverage.ts';
import { ITEM_SORTS } from '../../model/item-sorts.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { conditional, ifNoneMatchHeader, NOT_MODIFIED } from '../http/conditional.ts';
import { entityTagHeader, itemTagOf } from '../http/entity-tag.ts';
import { ciIdParam, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import {
  fieldsParam,
  type ItemField,
  selectedItemSchema,
  selectFields,
} from '../items/item-fields.ts';
import { itemFilterOf, itemFilterShape } from '../items/item-query.ts';
import { encodeListCursor, listCursorParam, requireSameOrder } from '../items/list-cursor.ts';
import { readItem, readItemOfThing } from '../read-item.ts';

export const itemSchema = configurationItemSchema.meta({ id: 'ConfigurationItem' });

const itemsSchema = z
  .object({
    as_of: asOfSchema,
    total: z.int().nonnegative().meta({ description: 'How many the filters find in all.' }),
    total_is_exact: z.boolean().meta({
      description: 'False for an estimate: more than 10,000 are not counted, but in the past.',
    }),
    matched_by: z.enum(['address', 'text', 'similarity']).optional().meta({
      description: 'How `q` found them; by similarity only where nothing contains the text.',
    }),
    items: z.array(z.union([itemSchema, selectedItemSchema])).meta({
      description: 'Whole items, unless `fields` asks for less.',
    }),
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
  summary: 'Configuration items by class, place, owner, tags and text',
  description:
    'The newest first, unless sorted otherwise. Items that come or go while you page shift nothing; ' +
    'with a sort by updated_at, one that changes meanwhile moves.',
  request: {
    query: queryOf({
      ...itemFilterShape,
      as_of: asOfParam,
      sort: z
        .enum(ITEM_SORTS)
        .optional()
        .meta({
          description:
            'A minus turns the order round; -created_at where left out. Times are ordered by the ' +
            'transactions that wrote them, names by their first 200 characters in small letters.',
        }),
      fields: fieldsParam,
      limit: wholeNumber(1, 1000, 100),
      cursor: listCursorParam,
    }),
    headers: ifNoneMatchHeader,
  },
  responses: {
    200: { ...jsonResponse(itemsSchema, 'One page.'), headers: entityTagHeader },
    304: NOT_MODIFIED,
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** The contract's `GET /ci/{ci_id}` and `GET /cis`. */
export function itemRoutes(deps: AppDeps) {
  const app = createRouter();
  for (const route of [oneRoute, listRoute]) app.use(route.getRoutingPath(), conditional());
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
    const { limit, cursor, as_of, sort, fields, ...query } = c.req.valid('query');
    requireSameOrder(cursor, sort);
    const { restriction } = c.get('principal');
    const asked = await itemFilterOf(deps.db, query, restriction);
    const isWanted = (field: ItemField) => !fields || fields.includes(field);
    const [{ count, page, filter }, coverage] = await Promise.all([
      readAsOf(deps.db, as_of, async (db, moment) => {
        const filter = cursor?.is_similar
          ? asSimilar(asked)
          : cursor
            ? asked
            : await resolveSearch(db, asked, moment);
        const count = await countItems(db, filter, moment);
        const page = await listItems(db, filter, limit, cursor?.after ?? null, moment, {
          ...(sort ? { sort } : {}),
          with_history: isWanted('change_history'),
          finds_few: count.is_exact && moment === null,
        });
        return { count, page, filter };
      }),
      cursor || as_of ? null : getCoverageOfItems(deps.db, { ...asked, restriction }),
    ]);
    const items = isWanted('stale') ? await withStaleness(deps, page.items, as_of) : page.items;
    const kind = filter.search?.kind;
    const answer = {
      ...asOfPart(as_of),
      total: count.total,
      total_is_exact: count.is_exact,
      ...(kind ? { matched_by: MATCHED_BY[kind] } : {}),
      items: selectFields(items, fields),
      next_cursor: page.next ? encodeListCursor(page.next, kind === 'similar') : null,
      coverage,
    };
    return c.json(answerOf(deps, itemsSchema, answer), 200);
  });
  return app;
}

const MATCHED_BY = { addresses: 'address', contains: 'text', similar: 'similarity' } as const;

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
