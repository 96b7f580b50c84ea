import { createRoute, z } from '@hono/zod-openapi';
import { summariesOf } from '../../db/postgres/find-failing.ts';
import { decideSameness, withdrawDecision } from '../../db/postgres/sameness/decide.ts';
import { listDecisions, type SamenessDecision } from '../../db/postgres/sameness/list-decisions.ts';
import { type Principal, signatureOf } from '../../model/access.ts';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { verdictSchema } from '../../model/sameness.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { noQuery, plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { requestPublication } from '../publish.ts';

const ciId = z.uuid('must be a UUID, the ci_id of an item').toLowerCase();

const bodySchema = z
  .strictObject({
    ci_ids: z.array(ciId).length(2, 'must be two: the ids of the items that it is about'),
    verdict: verdictSchema,
    reason: plainText.nullable().optional(),
  })
  .refine(({ ci_ids: [one, other] }) => one !== other, {
    path: ['ci_ids'],
    error: 'must be two different items',
  })
  .meta({ id: 'SamenessVerdict' });

const decisionSchema = z
  .object({
    decision_id: z.uuid(),
    verdict: verdictSchema,
    reason: z.string().nullable(),
    decided_by: z.string(),
    decided_at: z.iso.datetime({ offset: true }),
    items: z.array(itemSummarySchema.meta({ id: 'ItemSummary' })).length(2),
    are_same: z.boolean().meta({
      description:
        'Whether the two are one thing just now, by this decision, by a strong key, or by way of ' +
        'others that each of them is the same as.',
    }),
    shared_keys: z.array(z.string()).meta({
      description:
        'Strong keys by which the two are the same thing in any case: `different` parts nothing ' +
        'that shares one.',
    }),
  })
  .meta({ id: 'SamenessDecision' });

const listSchema = z
  .object({ items: z.array(decisionSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'SamenessDecisions' });

const cursor = cursorOf(z.tuple([z.uuid()]));
const path = '/duplicates/decisions';
const tags = ['Inventory'];

export const listRoute = createRoute({
  method: 'get',
  path,
  ...needs('reader', 'filtered'),
  tags,
  summary: 'What people decided about pairs of items',
  request: {
    query: queryOf({
      verdict: verdictSchema.optional(),
      ci_id: ciId.optional().meta({ description: 'One of the two.' }),
      limit: wholeNumber(1, 500, 100),
      cursor: cursor.param,
    }),
  },
  responses: {
    200: jsonResponse(listSchema, 'Those that hold, by their ids.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

export const putRoute = createRoute({
  method: 'put',
  path,
  ...needs('operator', 'filtered'),
  tags,
  summary: 'Decide that two items are the same thing, or that they are not',
  description:
    'Of two that are the same, each fails with the other, and a key that both answer to means the ' +
    'one of the first source. Two that are different are no candidates any more. The same once ' +
    'more changes nothing; another verdict replaces the first.',
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: bodySchema } } },
  },
  responses: {
    200: jsonResponse(decisionSchema, 'It was decided; now it is so.'),
    201: jsonResponse(decisionSchema, 'It is decided.'),
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'not-found',
      'body-too-large',
      'unsupported-media-type',
      'component-unavailable',
    ),
  },
});

export const deleteRoute = createRoute({
  method: 'delete',
  path: `${path}/{decision_id}`,
  ...needs('operator', 'filtered'),
  tags,
  summary: 'Withdraw a decision',
  description: 'The two are candidates again, unless a strong key or another decision joins them.',
  request: { params: z.object({ decision_id: z.uuid().toLowerCase() }), query: noQuery },
  responses: {
    204: { description: 'It is withdrawn.' },
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'not-found',
      'component-unavailable',
    ),
  },
});

/** What people say of pairs of items: `same` joins them, `different` settles the question. */
export function samenessDecisionRoutes(deps: AppDeps) {
  const app = createRouter();

  async function find(decisionId: string, { restriction }: Principal) {
    const filter = { decision_id: decisionId, restriction };
    const [found] = await listDecisions(deps.db, filter, 1, null);
    return found ?? null;
  }

  app.openapi(listRoute, async (c) => {
    const { limit, cursor: after, ...places } = c.req.valid('query');
    const filter = { ...places, restriction: c.get('principal').restriction };
    const rows = await listDecisions(deps.db, filter, limit + 1, after?.[0] ?? null);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const next_cursor = last ? cursor.encode([last.decision_id]) : null;
    return c.json(answerOf(deps, listSchema, { items: page.map(toAnswer), next_cursor }), 200);
  });
  app.openapi(putRoute, async (c) => {
    const principal = c.get('principal');
    const { ci_ids, verdict, reason = null } = c.req.valid('json');
    const [one = '', other = ''] = ci_ids;
    const seen = await summariesOf(deps.db, ci_ids, principal.restriction);
    const known = new Set(seen.map(({ ci_id }) => ci_id));
    for (const [place, id] of ci_ids.entries()) {
      if (!known.has(id)) throw unknownItemAt(place, id);
    }
    const by = signatureOf(principal);
    const outcome = await decideSameness(deps.db, { ci_ids: [one, other], verdict, reason, by });
    if (outcome.is_changed) await requestPublication(deps);
    const found = await find(outcome.decision_id, principal);
    if (!found) throw unknownDecision(outcome.decision_id);
    const answer = answerOf(deps, decisionSchema, toAnswer(found));
    return outcome.is_new ? c.json(answer, 201) : c.json(answer, 200);
  });
  app.openapi(deleteRoute, async (c) => {
    const { decision_id } = c.req.valid('param');
    const principal = c.get('principal');
    const isTheirs = (await find(decision_id, principal)) !== null;
    if (!isTheirs || !(await withdrawDecision(deps.db, decision_id, signatureOf(principal)))) {
      throw unknownDecision(decision_id);
    }
    await requestPublication(deps);
    return c.body(null, 204);
  });
  return app;
}

function toAnswer({ decided_at, ...decision }: SamenessDecision) {
  return { ...decision, decided_at: decided_at.toISOString() };
}

function unknownItemAt(place: number, ciId: string): Problem {
  return new Problem('not-found', `There is no configuration item ${ciId}.`, {
    errors: [{ field: `ci_ids.${place}`, message: 'is not known' }],
  });
}

function unknownDecision(decisionId: string): Problem {
  return new Problem('not-found', `There is no decision ${decisionId}.`, {
    errors: [{ field: 'decision_id', message: 'is not known' }],
  });
}
