import { createRoute, z } from '@hono/zod-openapi';
import { getCoverage } from '../../db/postgres/get-coverage.ts';
import { getSliceCoverage, listCoverage } from '../../db/postgres/list-coverage.ts';
import { listHeldItems } from '../../db/postgres/list-held-items.ts';
import { coverageSchema, coverageStateSchema } from '../../model/coverage.ts';
import { providerSchema } from '../../model/enums.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { sliceCoverageDocument, sliceCoverageSchema } from '../coverage-document.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { flag, noQuery, plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const sliceCursor = cursorOf(
  z.object({
    provider: plainText,
    account: plainText,
    region: plainText,
    resource_type: plainText,
  }),
);
const heldCursor = cursorOf(z.uuid());

const next_cursor = z.string().nullable().meta({ description: 'Null at the end.' });

const listSchema = z
  .object({
    summary: coverageSchema.meta({ description: 'Of all slices that the filters find.' }),
    items: z.array(sliceCoverageSchema),
    next_cursor,
  })
  .meta({ id: 'CoverageList' });

export const listRoute = createRoute({
  method: 'get',
  path: '/coverage',
  ...needs('reader'),
  tags: ['Coverage'],
  summary: 'How complete the inventory is, slice by slice',
  description: 'By provider, account, region and resource type.',
  request: {
    query: queryOf({
      provider: providerSchema.optional(),
      account: plainText.optional(),
      region: plainText.optional(),
      resource_type: plainText.optional(),
      state: coverageStateSchema.optional(),
      held: flag.optional(),
      stale: flag.optional(),
      unscheduled: flag.optional(),
      limit: wholeNumber(1, 1000, 100),
      cursor: sliceCursor.param,
    }),
  },
  responses: {
    200: jsonResponse(listSchema, 'One page, and the counts of all.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

export const sliceIdParam = z.object({
  slice_id: z.uuid('must be a UUID').toLowerCase().openapi({ description: 'The id of a slice.' }),
});

export const oneRoute = createRoute({
  method: 'get',
  path: '/coverage/{slice_id}',
  ...needs('reader'),
  tags: ['Coverage'],
  summary: 'How a slice is covered',
  request: { params: sliceIdParam, query: noQuery },
  responses: {
    200: jsonResponse(sliceCoverageSchema, 'As of its last scan.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

const heldSchema = z
  .object({
    items: z.array(
      z.object({
        ci_id: z.uuid(),
        ci_type: z.string(),
        name: z.string(),
        environment: z.string(),
      }),
    ),
    next_cursor,
  })
  .meta({ id: 'HeldItems' });

export const heldRoute = createRoute({
  method: 'get',
  path: '/coverage/{slice_id}/held',
  ...needs('reader'),
  tags: ['Coverage'],
  summary: 'The items that a held slice would lose',
  request: {
    params: sliceIdParam,
    query: queryOf({ limit: wholeNumber(1, 1000, 100), cursor: heldCursor.param }),
  },
  responses: {
    200: jsonResponse(heldSchema, 'Known, and not in its last complete listing.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

/** How complete the inventory is. */
export function coverageRoutes(deps: AppDeps) {
  const { db } = deps;
  const app = createRouter();
  app.openapi(listRoute, async (c) => {
    const { limit, cursor, region, ...rest } = c.req.valid('query');
    const filter = { ...rest, regions: region === undefined ? undefined : [region] };
    const [summary, page] = await Promise.all([
      getCoverage(db, filter),
      listCoverage(db, filter, limit, cursor),
    ]);
    const answer = {
      summary,
      items: page.slices.map(sliceCoverageDocument),
      next_cursor: page.next && sliceCursor.encode(page.next),
    };
    return c.json(answerOf(deps, listSchema, answer), 200);
  });
  app.openapi(oneRoute, async (c) => {
    const slice = await existingSlice(deps, c.req.valid('param').slice_id);
    return c.json(answerOf(deps, sliceCoverageSchema, slice), 200);
  });
  app.openapi(heldRoute, async (c) => {
    const { slice_id } = c.req.valid('param');
    const { limit, cursor } = c.req.valid('query');
    await existingSlice(deps, slice_id);
    const { items, next } = await listHeldItems(db, slice_id, limit, cursor);
    const answer = { items, next_cursor: next && heldCursor.encode(next) };
    return c.json(answerOf(deps, heldSchema, answer), 200);
  });
  return app;
}

/** @throws {Problem} when there is no such slice */
export async function existingSlice({ db }: Pick<AppDeps, 'db'>, sliceId: string) {
  const slice = await getSliceCoverage(db, sliceId);
  if (slice) return sliceCoverageDocument(slice);
  throw new Problem('not-found', `There is no slice ${sliceId}.`, {
    errors: [{ field: 'slice_id', message: 'is not known' }],
  });
}
