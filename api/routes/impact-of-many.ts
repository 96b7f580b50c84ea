import { createRoute, z } from '@hono/zod-openapi';
import type { Db } from '../../db/postgres/database.ts';
import { type Failing, findFailing, summariesOf } from '../../db/postgres/find-failing.ts';
import type { Moment } from '../../db/postgres/moment.ts';
import { postgresGroupReader } from '../../db/postgres/read-groups.ts';
import { sightOf } from '../../db/postgres/visibility.ts';
import type { Restriction } from '../../model/access.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { ciEnvironmentSchema, ciStatusSchema, providerSchema } from '../../model/enums.ts';
import { effectsOf } from '../../model/failure-effects.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { noQuery, plainText } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfPart, asOfSchema, readAsOf, timeParam } from '../http/time.ts';
import { impactAnswer, impactShape } from '../impact/impact-answer.ts';
import type { WalkReader } from '../read-walk.ts';
import { MAX_IMPACT_DEPTH } from './impact.ts';

/** Bounds of one request; a zone of a large account is some thousand items. */
const MAX_NAMED = 1_000;
const MAX_FAILING = 10_000;
const MAX_SHOWN = 100;
const MAX_IMPACTED = 10_000;
const MAX_STEPS_PER_HOP = 100_000;

const filterSchema = z
  .strictObject({
    ci_type: ciTypeSchema.optional(),
    environment: ciEnvironmentSchema.optional(),
    status: ciStatusSchema.optional(),
    provider: providerSchema.optional(),
    account: plainText.optional(),
    region: plainText.optional(),
    availability_zone: plainText.optional(),
    resource_type: plainText.optional(),
    tags: z
      .record(plainText, plainText.nullable())
      .optional()
      .meta({ description: 'Each must be there with that value; null asks for the key alone.' }),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    error: 'must name something: all of the inventory does not fail at once',
  });

const requestSchema = z
  .strictObject({
    ci_ids: z.array(z.uuid().toLowerCase()).min(1).max(MAX_NAMED).optional(),
    filter: filterSchema.optional(),
    depth: z.int().min(1).max(MAX_IMPACT_DEPTH).default(MAX_IMPACT_DEPTH),
    as_of: timeParam.optional(),
  })
  .refine(({ ci_ids, filter }) => (ci_ids === undefined) !== (filter === undefined), {
    error: 'must have either ci_ids or a filter',
    path: ['ci_ids'],
  });

const impactSchema = z
  .object({
    as_of: asOfSchema,
    failed: z.object({
      total: z.int().nonnegative().meta({ description: 'How many items are meant.' }),
      counted: z
        .int()
        .nonnegative()
        .meta({ description: `${MAX_FAILING} of them at most.` }),
      cis: z
        .array(itemSummarySchema.meta({ id: 'ItemSummary' }))
        .meta({ description: `The first ${MAX_SHOWN}.` }),
    }),
    ...impactShape,
  })
  .meta({ id: 'ImpactOfMany' });

export const route = createRoute({
  method: 'post',
  path: '/impact',
  ...needs('reader', 'filtered'),
  tags: ['Relationships'],
  summary: 'What suffers if several items fail at once',
  description: 'Named items, or all that a filter finds: these three nodes, this whole zone.',
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  responses: {
    200: {
      ...jsonResponse(impactSchema, 'The nearest first; none of those that fail.'),
      headers: z.object({ 'CMDB-Answered-By': z.enum(['neo4j', 'postgres']) }),
    },
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'not-found',
      'history-pruned',
      'body-too-large',
      'unsupported-media-type',
      'component-unavailable',
    ),
  },
});

/** Impact of several failures at once: members of a group fall together that one by one would not. */
export function impactOfManyRoutes(deps: AppDeps, readWalk: WalkReader) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { depth, as_of, ...request } = c.req.valid('json');
    const { restriction } = c.get('principal');
    const answer = await readAsOf(deps.db, as_of, async (db, moment) => {
      const failing = await failingOf(db, moment, request, restriction);
      const ciIds = failing.items.map(({ ci_id }) => ci_id);
      const bounds = {
        depth,
        max_items: MAX_IMPACTED,
        max_steps_per_hop: MAX_STEPS_PER_HOP,
      };
      const walk = await readWalk({
        ci_ids: ciIds,
        direction: 'impact',
        bounds,
        past: moment && { db, moment },
      });
      c.header('CMDB-Answered-By', walk.answered_by);
      const effects = await effectsOf(walk, ciIds, postgresGroupReader(db, moment));
      const ids = walk.reached.map(({ item }) => item.ci_id);
      const sight = await sightOf(db, restriction, ids, moment);
      const impact = impactAnswer({ depth, walk, effects, sight, failed: ciIds });
      return {
        ...asOfPart(as_of),
        failed: {
          total: failing.total,
          counted: ciIds.length,
          cis: failing.items.slice(0, MAX_SHOWN),
        },
        ...impact,
        truncated: impact.truncated || failing.total > ciIds.length,
      };
    });
    return c.json(answerOf(deps, impactSchema, answer), 200);
  });
  return app;
}

async function failingOf(
  db: Db,
  moment: Moment | null,
  { ci_ids, filter }: Omit<z.output<typeof requestSchema>, 'depth' | 'as_of'>,
  restriction: Restriction | null,
): Promise<Failing> {
  if (ci_ids === undefined) {
    const { tags, ...fields } = filter ?? {};
    const wanted = Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
    return findFailing(db, { ...fields, tags: wanted, restriction }, MAX_FAILING, moment);
  }
  const items = await summariesOf(db, ci_ids, restriction, moment);
  const known = new Set(items.map(({ ci_id }) => ci_id));
  const unknown = [...ci_ids.entries()].filter(([, ciId]) => !known.has(ciId));
  if (unknown.length > 0) {
    const count = unknown.length === 1 ? 'One of the items is' : `${unknown.length} items are`;
    throw new Problem('not-found', `${count} not known.`, {
      errors: unknown.map(([index]) => ({ field: `ci_ids.${index}`, message: 'is not known' })),
    });
  }
  return { items, total: items.length };
}
