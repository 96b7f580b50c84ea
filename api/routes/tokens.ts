import { createRoute, z } from '@hono/zod-openapi';
import {
  createToken,
  listTokens,
  revokeToken,
  type Token,
  TokenNameTakenError,
} from '../../db/postgres/tokens.ts';
import { restrictionSchema, roleSchema, signatureOf } from '../../model/access.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { noQuery, plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const instant = z.iso.datetime({ offset: true });

const tokenSchema = z
  .object({
    token_id: z.uuid(),
    name: z.string(),
    role: roleSchema,
    restriction: restrictionSchema
      .nullable()
      .meta({ description: 'What of the inventory it may see; null: everything.' }),
    created_at: instant,
    created_by: z.string().meta({ description: 'Who made it, as kind:name.' }),
    expires_at: instant.nullable(),
    revoked_at: instant.nullable(),
    last_used_at: instant.nullable().meta({ description: 'To the minute.' }),
  })
  .meta({ id: 'Token' });

const tokensSchema = z
  .object({ items: z.array(tokenSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'Tokens' });

const createdSchema = tokenSchema
  .extend({
    secret: z.string().meta({ description: 'What its owner sends. It is shown this once.' }),
  })
  .meta({ id: 'CreatedToken' });

const requestSchema = z
  .strictObject({
    name: plainText.max(200).refine((name) => name.isWellFormed(), 'must be well-formed text'),
    role: roleSchema,
    restriction: restrictionSchema.nullable().optional(),
    expires_at: instant
      .nullable()
      .optional()
      .meta({ description: 'From then on it is refused; never, if left out.' }),
  })
  .meta({ id: 'NewToken' });

const place = cursorOf(z.tuple([instant, z.uuid()]));

export const listRoute = createRoute({
  method: 'get',
  path: '/tokens',
  ...needs('admin'),
  tags: ['Access'],
  summary: 'Tokens, without their secrets',
  request: { query: queryOf({ limit: wholeNumber(1, 1000, 100), cursor: place.param }) },
  responses: {
    200: jsonResponse(tokensSchema, 'The newest first; revoked and expired ones too.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

export const createTokenRoute = createRoute({
  method: 'post',
  path: '/tokens',
  ...needs('admin'),
  tags: ['Access'],
  summary: 'Make a token',
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  responses: {
    201: jsonResponse(createdSchema, 'It holds from now on.'),
    ...problemResponses(
      'invalid-request',
      'conflict',
      'body-too-large',
      'unsupported-media-type',
      'component-unavailable',
    ),
  },
});

export const revokeRoute = createRoute({
  method: 'delete',
  path: '/tokens/{token_id}',
  ...needs('admin'),
  tags: ['Access'],
  summary: 'Revoke a token',
  request: {
    params: z.object({ token_id: z.uuid('must be a UUID').toLowerCase() }),
    query: noQuery,
  },
  responses: {
    204: { description: 'It is refused from now on.' },
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

/** Tokens of the API: made, listed and revoked by admins. */
export function tokenRoutes(deps: AppDeps) {
  const { db } = deps;
  const app = createRouter();
  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const after = cursor && { created_at: new Date(cursor[0]), token_id: cursor[1] };
    const { tokens, next } = await listTokens(db, limit, after);
    const next_cursor = next && place.encode([next.created_at.toISOString(), next.token_id]);
    return c.json(
      answerOf(deps, tokensSchema, { items: tokens.map(toDocument), next_cursor }),
      200,
    );
  });
  app.openapi(createTokenRoute, async (c) => {
    const { expires_at, restriction = null, ...rest } = c.req.valid('json');
    const expires = expires_at ? new Date(expires_at) : null;
    if (expires && expires.getTime() <= Date.now()) throw alreadyExpired();
    const { token, secret } = await createToken(db, {
      ...rest,
      restriction,
      expires_at: expires,
      created_by: signatureOf(c.get('principal')),
    }).catch(asProblem);
    return c.json(answerOf(deps, createdSchema, { ...toDocument(token), secret }), 201, {
      'Cache-Control': 'no-store',
    });
  });
  app.openapi(revokeRoute, async (c) => {
    const { token_id } = c.req.valid('param');
    if (await revokeToken(db, token_id)) return c.body(null, 204);
    throw new Problem('not-found', `There is no token ${token_id}.`, {
      errors: [{ field: 'token_id', message: 'is not known' }],
    });
  });
  return app;
}

function toDocument(token: Token): z.output<typeof tokenSchema> {
  const { created_at, expires_at, revoked_at, last_used_at, ...rest } = token;
  return {
    ...rest,
    created_at: created_at.toISOString(),
    expires_at: expires_at?.toISOString() ?? null,
    revoked_at: revoked_at?.toISOString() ?? null,
    last_used_at: last_used_at?.toISOString() ?? null,
  };
}

function alreadyExpired(): Problem {
  const message = 'must be in the future';
  return new Problem('invalid-request', `expires_at: ${message}`, {
    errors: [{ field: 'expires_at', message }],
  });
}

function asProblem(error: unknown): never {
  if (!(error instanceof TokenNameTakenError)) throw error;
  throw new Problem('conflict', error.message, {
    errors: [{ field: 'name', message: 'is taken' }],
  });
}
