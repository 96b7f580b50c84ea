import { createRoute, z } from '@hono/zod-openapi';
import { getItem } from '../../db/postgres/get-item.ts';
import { listRelationships } from '../../db/postgres/list-relationships.ts';
import { isVisibleTo } from '../../db/postgres/visibility.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { relationshipSchema } from '../../model/relationship.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { ciIdParam, queryOf, relationsParam, wholeNumber } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, asOfPart, asOfSchema, readAsOf } from '../http/time.ts';
import { unknownItem } from './items.ts';

const relationshipsSchema = z
  .object({
    as_of: asOfSchema,
    ci_id: z.uuid(),
    items: z.array(
      relationshipSchema.extend({
        direction: z.enum(['out', 'in']).meta({
          description: 'out: the item is the source; in: the target.',
        }),
        other: itemSummarySchema.meta({ id: 'ItemSummary', description: 'The other end.' }),
        provenance: z.object({
          relation: z.string().meta({ description: 'As docs/resource-types.md calls it.' }),
          referrer_id: z.uuid().meta({
            description:
              'Whose reference stands behind it: an item, a declared relationship, or a decision ' +
              'that its two ends are the same thing.',
          }),
          run_id: z.uuid().nullable().meta({
            description: 'The discovery that found it as it is; null where a person said so.',
          }),
          valid_from: z.iso.datetime().meta({ description: 'Since when it holds as it is.' }),
        }),
      }),
    ),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
  })
  .meta({ id: 'Relationships' });

const relationshipCursor = cursorOf(z.uuid());

const route = createRoute({
  method: 'get',
  path: '/ci/{ci_id}/relationships',
  ...needs('reader', 'filtered'),
  tags: ['Relationships'],
  summary: 'The relationships of an item',
  description: 'All of them, also those over which no failure spreads.',
  request: {
    params: ciIdParam,
    query: queryOf({
      direction: z.enum(['out', 'in', 'both']).default('both'),
      relations: relationsParam,
      as_of: asOfParam,
      limit: wholeNumber(1, 1000, 100),
      cursor: relationshipCursor.param,
    }),
  },
  responses: {
    200: jsonResponse(relationshipsSchema, 'One page, in the order of their ids.'),
    ...problemResponses('invalid-request', 'not-found', 'history-pruned', 'component-unavailable'),
  },
});

/** Each relationship of an item, with where it is known from. */
export function relationshipRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { ci_id } = c.req.valid('param');
    const { direction, relations, as_of, limit, cursor } = c.req.valid('query');
    const { restriction } = c.get('principal');
    const found = await readAsOf(deps.db, as_of, async (db, moment) => {
      const item = await getItem(db, ci_id, moment);
      if (!item || !isVisibleTo(restriction, item)) throw unknownItem(ci_id);
      const filter = {
        directions: direction === 'both' ? (['out', 'in'] as const) : [direction],
        relations,
        restriction,
      };
      return listRelationships(db, ci_id, filter, { limit: limit + 1, after: cursor }, moment);
    });
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const next_cursor = last ? relationshipCursor.encode(last.relationship_id) : null;
    const answer = { ...asOfPart(as_of), ci_id, items, next_cursor };
    return c.json(answerOf(deps, relationshipsSchema, answer), 200);
  });
  return app;
}
