import { createRoute, z } from '@hono/zod-openapi';
import { declareRelation } from '../../db/postgres/declared/declare-relation.ts';
import {
  type DeclaredRelationRow,
  getDeclaredRelation,
  listDeclaredRelations,
} from '../../db/postgres/declared/list-declared-relations.ts';
import { withdrawRelation } from '../../db/postgres/declared/withdraw-relation.ts';
import { signatureOf } from '../../model/access.ts';
import { declaredIdSchema } from '../../model/declared-reference.ts';
import { type DeclaredRelation, declaredRelationSchema } from '../../model/declared-relation.ts';
import { jsonObjectSchema } from '../../model/json.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { noQuery, plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { requestPublication } from '../publish.ts';
import { unknownDeclaration } from './declared-items.ts';

const bodySchema = declaredRelationSchema.meta({
  id: 'DeclaredRelation',
  description: 'A relationship between any two items, declared or discovered.',
});
const body = { required: true, content: { 'application/json': { schema: bodySchema } } };
const params = z.object({ declared_id: declaredIdSchema });
/** One that cannot be declared is one that nobody declared. */
const anyParams = z.object({ declared_id: plainText });

const answerSchema = z
  .object({
    declared_id: z.string(),
    declared_by: z.string(),
    declared_at: z.iso.datetime({ offset: true }),
    declaration: jsonObjectSchema.meta({ description: 'As it was declared, for PUT.' }),
    relationship_id: z
      .uuid()
      .nullable()
      .meta({
        description:
          'What it stands for just now; null while an end is not known, or is several items, and ' +
          'for the moment that it takes to find them.',
      }),
  })
  .meta({ id: 'RelationDeclaration' });

const listSchema = z
  .object({ items: z.array(answerSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'RelationDeclarations' });

const cursor = cursorOf(z.tuple([declaredIdSchema]));
const tags = ['Declared'];
const path = '/relationships/declared/{declared_id}';
const REFUSALS = [
  'invalid-request',
  'forbidden-origin',
  'body-too-large',
  'unsupported-media-type',
  'component-unavailable',
] as const;

const listRoute = createRoute({
  method: 'get',
  path: '/relationships/declared',
  ...needs('reader'),
  tags,
  summary: 'Relationships that were declared through this API',
  request: { query: queryOf({ limit: wholeNumber(1, 1000, 100), cursor: cursor.param }) },
  responses: {
    200: jsonResponse(listSchema, 'By their ids.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

const getRoute = createRoute({
  method: 'get',
  path,
  ...needs('reader'),
  tags,
  summary: 'A declared relationship',
  request: { params: anyParams, query: noQuery },
  responses: {
    200: jsonResponse(answerSchema, 'As it was declared, and what it stands for.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

const putRoute = createRoute({
  method: 'put',
  path,
  ...needs('operator'),
  tags,
  summary: 'Declare a relationship, or replace it',
  description:
    'The ends are told by ci_id, declared id, host name, address, or any key that items announce, ' +
    'such as an ARN. An end that is not there yet is waited for. The same twice is the same as once.',
  request: { params, query: noQuery, body },
  responses: {
    200: jsonResponse(answerSchema, 'It was there; now it is so.'),
    201: jsonResponse(answerSchema, 'It is declared.'),
    ...problemResponses(...REFUSALS),
  },
});

const postRoute = createRoute({
  method: 'post',
  path: '/relationships',
  ...needs('operator'),
  tags,
  summary: 'Declare a relationship',
  description: 'As with PUT, where nothing is declared under that id yet.',
  request: {
    query: noQuery,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ declared_id: declaredIdSchema, relation: bodySchema }),
        },
      },
    },
  },
  responses: {
    201: {
      ...jsonResponse(answerSchema, 'It is declared.'),
      headers: z.object({ Location: z.string() }),
    },
    ...problemResponses(...REFUSALS, 'conflict'),
  },
});

const deleteRoute = createRoute({
  method: 'delete',
  path,
  ...needs('operator'),
  tags,
  summary: 'Withdraw a declared relationship',
  description: 'It ends within seconds, unless a source tells of it, too.',
  request: { params: anyParams, query: noQuery },
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

/** Relationships that people declare through the API. */
export function declaredRelationRoutes(deps: AppDeps) {
  const app = createRouter();

  async function declare(
    declared_id: string,
    relation: DeclaredRelation,
    by: string,
    mode: 'create' | 'replace',
  ) {
    const outcome = await declareRelation(deps.db, { declared_id, relation, by, mode });
    if (outcome.kind === 'exists') throw alreadyDeclared(declared_id);
    if (outcome.is_changed) await requestPublication(deps);
    return { answer: await read(declared_id), isNew: outcome.is_new };
  }

  async function read(declaredId: string) {
    const found = await getDeclaredRelation(deps.db, declaredId);
    if (!found) throw unknownDeclaration(declaredId);
    return answerOf(deps, answerSchema, toAnswer(found));
  }

  app.openapi(listRoute, async (c) => {
    const { limit, cursor: after } = c.req.valid('query');
    const rows = await listDeclaredRelations(deps.db, limit + 1, after?.[0] ?? null);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next_cursor = rows.length > limit && last ? cursor.encode([last.declared_id]) : null;
    return c.json(answerOf(deps, listSchema, { items: page.map(toAnswer), next_cursor }), 200);
  });
  app.openapi(getRoute, async (c) => c.json(await read(c.req.valid('param').declared_id), 200));
  app.openapi(putRoute, async (c) => {
    const { declared_id } = c.req.valid('param');
    const { answer, isNew } = await declare(
      declared_id,
      c.req.valid('json'),
      signatureOf(c.get('principal')),
      'replace',
    );
    return isNew ? c.json(answer, 201) : c.json(answer, 200);
  });
  app.openapi(postRoute, async (c) => {
    const { declared_id, relation } = c.req.valid('json');
    const { answer } = await declare(
      declared_id,
      relation,
      signatureOf(c.get('principal')),
      'create',
    );
    const location = `/api/v3/cmdb/relationships/declared/${declared_id}`;
    return c.json(answer, 201, { Location: location });
  });
  app.openapi(deleteRoute, async (c) => {
    const { declared_id } = c.req.valid('param');
    if (!(await withdrawRelation(deps.db, declared_id, signatureOf(c.get('principal'))))) {
      throw unknownDeclaration(declared_id);
    }
    await requestPublication(deps);
    return c.body(null, 204);
  });
  return app;
}

function toAnswer({ declared_at, ...row }: DeclaredRelationRow) {
  return { ...row, declared_at: declared_at.toISOString() };
}

function alreadyDeclared(declaredId: string): Problem {
  const message = `is declared already: replace it with PUT /api/v3/cmdb/relationships/declared/${declaredId}`;
  return new Problem('conflict', `declared_id ${message}.`, {
    errors: [{ field: 'declared_id', message }],
  });
}
