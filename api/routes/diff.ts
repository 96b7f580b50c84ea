import { createRoute, z } from '@hono/zod-openapi';
import { readDiff } from '../../db/postgres/read-diff.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import {
  diffSummarySchema,
  itemDifferenceSchema,
  relationshipDifferenceSchema,
} from '../../model/diff.ts';
import { ciEnvironmentSchema, ciStatusSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { plainText, queryOf, tagsParam, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { momentProblem, timeParam } from '../http/time.ts';

const instant = z.iso.datetime({ offset: true });

const diffSchema = z
  .object({
    from: instant,
    to: instant,
    summary: diffSummarySchema.nullable().meta({
      description: 'How many of each kind there are in all; on the first page, null on others.',
    }),
    items: z.array(
      z.discriminatedUnion('kind', [
        itemDifferenceSchema.meta({ id: 'ItemDifference' }),
        relationshipDifferenceSchema.meta({ id: 'RelationshipDifference' }),
      ]),
    ),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
  })
  .meta({ id: 'Diff' });

const placeCursor = cursorOf(z.tuple([z.enum(['item', 'relationship']), z.uuid()]));

export const route = createRoute({
  method: 'get',
  path: '/diff',
  ...needs('reader', 'filtered'),
  tags: ['History'],
  summary: 'How the inventory differs between two times',
  description:
    'What differs in the end, however often it changed between; GET /changes has every step. Items ' +
    'that fit the filters at either time, then relationships with such an item at either end.',
  request: {
    query: queryOf({
      from: timeParam,
      to: timeParam.optional().openapi({
        type: 'string',
        format: 'date-time',
        description: 'Now, where it is left out; give the answer’s own on further pages.',
      }),
      ci_type: ciTypeSchema.optional(),
      environment: ciEnvironmentSchema.optional(),
      status: ciStatusSchema.optional(),
      provider: plainText.optional(),
      account: plainText.optional(),
      region: plainText.optional(),
      resource_type: plainText.optional(),
      tag: tagsParam,
      limit: wholeNumber(1, 500, 100),
      cursor: placeCursor.param,
    }),
  },
  responses: {
    200: jsonResponse(diffSchema, 'One page.'),
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** What is different, and nothing of what came and went. */
export function diffRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { from, to: asked, tag, limit, cursor, ...places } = c.req.valid('query');
    if (asked && asked < from) throw backwards(asked);
    const filter = { ...places, tags: tag, restriction: c.get('principal').restriction };
    const after = cursor && { kind: cursor[0], id: cursor[1] };
    try {
      const { to, summary, differences, next } = await readDiff(
        deps.db,
        { from, to: asked ?? null },
        filter,
        limit,
        after,
      );
      const answer = {
        from: from.toISOString(),
        to: to.toISOString(),
        summary,
        items: differences,
        next_cursor: next ? placeCursor.encode([next.kind, next.id]) : null,
      };
      return c.json(answerOf(deps, diffSchema, answer), 200);
    } catch (error) {
      throw momentProblem(error, (at) => (at === from ? 'from' : 'to'));
    }
  });
  return app;
}

function backwards(to: Date): Problem {
  const message = `must not be later than to, ${to.toISOString()}`;
  return new Problem('invalid-request', `from: ${message}`, {
    errors: [{ field: 'from', message, allowed: { latest: to.toISOString() } }],
  });
}
