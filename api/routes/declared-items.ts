import { createRoute, z } from '@hono/zod-openapi';
import { type DeclareOutcome, declareItem } from '../../db/postgres/declared/declare-item.ts';
import { getDeclaredItem } from '../../db/postgres/declared/get-declared-item.ts';
import { withdrawItem } from '../../db/postgres/declared/withdraw-item.ts';
import { signatureOf } from '../../model/access.ts';
import { type DeclaredItem, declaredItemSchema } from '../../model/declared-item.ts';
import { declaredIdSchema } from '../../model/declared-reference.ts';
import { jsonObjectSchema } from '../../model/json.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';

import {
  entityTagHeader,
  entityTagOf,
  expectedVersionIfGiven,
  ifMatchHeader,
  versionChanged,
} from '../http/entity-tag.ts';
import { noQuery, plainText } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { requestPublication } from '../publish.ts';
import { readItemOfThing } from '../read-item.ts';
import { itemSchema, unknownItem } from './items.ts';

const bodySchema = declaredItemSchema.meta({
  id: 'DeclaredItem',
  description: 'An item that people say there is, with what it is related to.',
});
const body = { required: true, content: { 'application/json': { schema: bodySchema } } };
const params = z.object({ declared_id: declaredIdSchema });
/** One that cannot be declared is one that nobody declared. */
const anyParams = z.object({ declared_id: plainText });

const declarationSchema = z
  .object({
    declared_id: z.string(),
    ci_id: z.uuid(),
    declared_by: z.string(),
    declared_at: z.iso.datetime({ offset: true }),
    declaration: jsonObjectSchema.meta({ description: 'As it was declared, for PUT.' }),
  })
  .meta({ id: 'ItemDeclaration' });

const tags = ['Declared'];
const REFUSALS = [
  'invalid-request',
  'forbidden-origin',
  'conflict',
  'version-changed',
  'body-too-large',
  'unsupported-media-type',
  'component-unavailable',
] as const;

const createdResponse = {
  ...jsonResponse(itemSchema, 'The item.'),
  headers: entityTagHeader.extend({ Location: z.string() }),
};

const postRoute = createRoute({
  method: 'post',
  path: '/cis',
  ...needs('operator'),
  tags,
  summary: 'Declare an item',
  description:
    'For what no source lists: applications, business services, servers of your own. Its ' +
    'relationships are found within seconds.',
  request: { query: noQuery, body },
  responses: { 201: createdResponse, ...problemResponses(...REFUSALS) },
});

const putRoute = createRoute({
  method: 'put',
  path: '/cis/declared/{declared_id}',
  ...needs('operator'),
  tags,
  summary: 'Declare an item, or replace its declaration',
  description: 'The same twice is the same as once. What PATCH set of the item holds.',
  request: { params, query: noQuery, headers: ifMatchHeader, body },
  responses: {
    200: { ...jsonResponse(itemSchema, 'It was there; now it is so.'), headers: entityTagHeader },
    201: createdResponse,
    ...problemResponses(...REFUSALS),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/cis/declared/{declared_id}',
  ...needs('reader'),
  tags,
  summary: 'What was declared through this API',
  request: { params: anyParams, query: noQuery },
  responses: {
    200: { ...jsonResponse(declarationSchema, 'As it was declared.'), headers: entityTagHeader },
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/cis/declared/{declared_id}',
  ...needs('operator'),
  tags,
  summary: 'Withdraw an item',
  description: 'It is retired at once, with its history kept; declared again, it is back.',
  request: { params: anyParams, query: noQuery, headers: ifMatchHeader },
  responses: {
    204: { description: 'It is retired.' },
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'not-found',
      'conflict',
      'version-changed',
      'component-unavailable',
    ),
  },
});

/** Items that people declare through the API; those of a catalogue are the catalogue's. */
export function declaredItemRoutes(deps: AppDeps) {
  const app = createRouter();

  async function declare(item: DeclaredItem, by: string, ...how: [Mode, number | null]) {
    const [mode, expected_version] = how;
    const outcome = await declareItem(deps.db, { item, by, mode, expected_version });
    if (outcome.kind !== 'done') throw refusalOf(outcome, item.declared_id);
    if (outcome.is_changed) await requestPublication(deps);
    const found = await readItemOfThing(deps, outcome.ci_id, null);
    if (!found) throw unknownItem(outcome.ci_id);
    const answer = answerOf(deps, itemSchema, found.item);
    const headers = {
      ETag: entityTagOf(found.item),
      Location: `/api/v3/cmdb/ci/${outcome.ci_id}`,
    };
    return { answer, headers, isNew: outcome.is_new };
  }

  app.openapi(postRoute, async (c) => {
    const { answer, headers } = await declare(
      c.req.valid('json'),
      signatureOf(c.get('principal')),
      'create',
      null,
    );
    return c.json(answer, 201, headers);
  });
  app.openapi(putRoute, async (c) => {
    const item = c.req.valid('json');
    const { declared_id } = c.req.valid('param');
    if (item.declared_id !== declared_id) throw otherId(declared_id);
    const expected = expectedVersionIfGiven(c.req.valid('header')['if-match']);
    const { answer, headers, isNew } = await declare(
      item,
      signatureOf(c.get('principal')),
      'replace',
      expected,
    );
    return isNew ? c.json(answer, 201, headers) : c.json(answer, 200, { ETag: headers.ETag });
  });
  app.openapi(getRoute, async (c) => {
    const { declared_id } = c.req.valid('param');
    const found = await getDeclaredItem(deps.db, declared_id);
    if (!found) throw unknownDeclaration(declared_id);
    const { version, declared_at, ...rest } = found;
    const answer = { ...rest, declared_at: declared_at.toISOString() };
    return c.json(answerOf(deps, declarationSchema, answer), 200, {
      ETag: entityTagOf({ version }),
    });
  });
  app.openapi(deleteRoute, async (c) => {
    const { declared_id } = c.req.valid('param');
    const expected_version = expectedVersionIfGiven(c.req.valid('header')['if-match']);
    const by = signatureOf(c.get('principal'));
    const outcome = await withdrawItem(deps.db, { declared_id, by, expected_version });
    if (outcome.kind === 'unknown') throw unknownDeclaration(declared_id);
    if (outcome.kind !== 'done') throw refusalOf(outcome, declared_id);
    await requestPublication(deps);
    return c.body(null, 204);
  });
  return app;
}

type Mode = 'create' | 'replace';

function refusalOf(
  outcome: Exclude<DeclareOutcome, { kind: 'done' }>,
  declaredId: string,
): Problem {
  if (outcome.kind === 'stale') return versionChanged(outcome.version);
  const message =
    outcome.kind === 'exists'
      ? `is declared already: replace it with PUT /api/v3/cmdb/cis/declared/${declaredId}`
      : `is declared in the catalogue, in ${outcome.file}: change it there`;
  return new Problem('conflict', `declared_id ${message}.`, {
    errors: [{ field: 'declared_id', message }],
  });
}

function otherId(declaredId: string): Problem {
  const message = `must be that of the path, ${declaredId}`;
  return new Problem('invalid-request', `declared_id: ${message}.`, {
    errors: [{ field: 'declared_id', message }],
  });
}

/** The problem of an id that nobody declared through the API. */
export function unknownDeclaration(declaredId: string): Problem {
  return new Problem('not-found', `Nobody declared ${declaredId} through this API.`, {
    errors: [{ field: 'declared_id', message: 'is not known' }],
  });
}
