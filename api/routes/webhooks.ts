import { randomUUID } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { newestPlace } from '../../db/postgres/read-changes.ts';
import { retryNow } from '../../db/postgres/webhooks/list-deliveries.ts';
import {
  deleteWebhook,
  getWebhook,
  insertWebhook,
  listWebhooks,
  MAX_WEBHOOKS,
  replaceSecret,
  updateWebhook,
} from '../../db/postgres/webhooks/subscriptions.ts';
import { newWebhookSecret } from '../../db/webhook-secret.ts';
import { signatureOf } from '../../model/access.ts';
import { webhookFilterSchema } from '../../model/webhook.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { noQuery, plainText } from '../http/parameters.ts';
import { Problem, type ProblemKind, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { nudge } from '../webhooks/nudge.ts';
import {
  webhookDocument,
  webhookSchema,
  webhookWithSecretSchema,
} from '../webhooks/webhook-document.ts';
import { webhookUrlSchema } from '../webhooks/webhook-url.ts';

export const webhookIdParam = z.object({
  webhook_id: z
    .uuid('must be a UUID')
    .toLowerCase()
    .openapi({ description: 'The id of a webhook.' }),
});

const newWebhookSchema = z
  .strictObject({
    url: webhookUrlSchema,
    description: plainText.optional(),
    filter: webhookFilterSchema.prefault({}),
    from: z.enum(['now', 'beginning']).default('now').meta({
      description: 'beginning: of the history that is kept.',
    }),
  })
  .meta({ id: 'NewWebhook' });

const changeSchema = z
  .strictObject({
    url: webhookUrlSchema,
    description: plainText.nullable(),
    filter: webhookFilterSchema,
    state: z.enum(['active', 'paused']),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'must change something' })
  .meta({ id: 'WebhookChange', minProperties: 1 });

const webhooksSchema = z.object({ items: z.array(webhookSchema) }).meta({ id: 'Webhooks' });

const ROUTE = { ...needs('admin'), tags: ['Webhooks'] };
const READ_PROBLEMS: ProblemKind[] = ['invalid-request', 'not-found', 'component-unavailable'];
export const WRITE_PROBLEMS: ProblemKind[] = [
  ...READ_PROBLEMS,
  'forbidden-origin',
  'conflict',
  'body-too-large',
  'unsupported-media-type',
];

const listRoute = createRoute({
  method: 'get',
  path: '/webhooks',
  ...ROUTE,
  summary: 'Who is told of changes',
  request: { query: noQuery },
  responses: {
    200: jsonResponse(webhooksSchema, 'All of them.'),
    ...problemResponses(...READ_PROBLEMS),
  },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/webhooks/{webhook_id}',
  ...ROUTE,
  summary: 'A webhook',
  request: { params: webhookIdParam, query: noQuery },
  responses: {
    200: jsonResponse(webhookSchema, 'With what waits and what was given up.'),
    ...problemResponses(...READ_PROBLEMS),
  },
});

const addRoute = createRoute({
  method: 'post',
  path: '/webhooks',
  ...ROUTE,
  summary: 'Have a receiver told of changes',
  description:
    'Each request is a batch of CloudEvents 1.0, signed as Standard Webhooks says. Deliveries come in ' +
    'order and at least once: the same event has the same id, however often it comes.',
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: newWebhookSchema } } },
  },
  responses: {
    201: {
      ...jsonResponse(webhookWithSecretSchema, 'With its secret, which is not shown again.'),
      headers: z.object({ Location: z.string() }),
    },
    ...problemResponses(...WRITE_PROBLEMS),
  },
});

const changeRoute = createRoute({
  method: 'patch',
  path: '/webhooks/{webhook_id}',
  ...ROUTE,
  summary: 'Change, pause or resume a webhook',
  description: 'What happens while it is paused is delivered when it goes on.',
  request: {
    params: webhookIdParam,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: changeSchema } } },
  },
  responses: {
    200: jsonResponse(webhookSchema, 'As it is now.'),
    ...problemResponses(...WRITE_PROBLEMS),
  },
});

const secretRoute = createRoute({
  method: 'post',
  path: '/webhooks/{webhook_id}/secret',
  ...ROUTE,
  summary: 'Replace the secret of a webhook',
  description: 'For 24 hours the one before signs, too.',
  request: { params: webhookIdParam, query: noQuery },
  responses: {
    200: jsonResponse(webhookWithSecretSchema, 'With the new secret, which is not shown again.'),
    ...problemResponses(...READ_PROBLEMS, 'forbidden-origin'),
  },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/webhooks/{webhook_id}',
  ...ROUTE,
  summary: 'Remove a webhook and its deliveries',
  request: { params: webhookIdParam, query: noQuery },
  responses: {
    204: { description: 'It is gone.' },
    ...problemResponses(...READ_PROBLEMS, 'forbidden-origin'),
  },
});

/** Webhooks: who is told of changes. */
export function webhookRoutes(deps: AppDeps) {
  const { db, sealer } = deps;
  const app = createRouter();
  app.openapi(listRoute, async (c) => {
    const items = (await listWebhooks(db)).map(webhookDocument);
    return c.json(answerOf(deps, webhooksSchema, { items }), 200);
  });
  app.openapi(oneRoute, async (c) => {
    const webhook = await existingWebhook(deps, c.req.valid('param').webhook_id);
    return c.json(answerOf(deps, webhookSchema, webhook), 200);
  });
  app.openapi(addRoute, async (c) => {
    const { url, description, filter, from } = c.req.valid('json');
    const webhook_id = randomUUID();
    const secret = newWebhookSecret();
    const isInserted = await insertWebhook(db, {
      webhook_id,
      url,
      description: description ?? null,
      filter,
      secret: sealer.seal(secret, webhook_id),
      cursor: from === 'now' ? await newestPlace(db) : null,
      created_by: signatureOf(c.get('principal')),
    });
    if (!isInserted) throw new Problem('conflict', `There are ${MAX_WEBHOOKS} webhooks already.`);
    const answer = { ...(await existingWebhook(deps, webhook_id)), secret };
    c.header('Location', `/api/v3/cmdb/webhooks/${webhook_id}`);
    return c.json(answerOf(deps, webhookWithSecretSchema, answer), 201);
  });
  app.openapi(changeRoute, async (c) => {
    const { webhook_id } = c.req.valid('param');
    const isThere = await updateWebhook(db, webhook_id, c.req.valid('json'));
    if (!isThere) throw unknownWebhook(webhook_id);
    await retryNow(db, webhook_id);
    await nudge(deps, webhook_id);
    const webhook = await existingWebhook(deps, webhook_id);
    return c.json(answerOf(deps, webhookSchema, webhook), 200);
  });
  app.openapi(secretRoute, async (c) => {
    const { webhook_id } = c.req.valid('param');
    const secret = newWebhookSecret();
    const isThere = await replaceSecret(db, webhook_id, sealer.seal(secret, webhook_id));
    if (!isThere) throw unknownWebhook(webhook_id);
    const answer = { ...(await existingWebhook(deps, webhook_id)), secret };
    return c.json(answerOf(deps, webhookWithSecretSchema, answer), 200);
  });
  app.openapi(removeRoute, async (c) => {
    const { webhook_id } = c.req.valid('param');
    if (!(await deleteWebhook(db, webhook_id))) throw unknownWebhook(webhook_id);
    return c.body(null, 204);
  });
  return app;
}

/** @throws {Problem} when there is no such webhook */
export async function existingWebhook({ db }: Pick<AppDeps, 'db'>, webhookId: string) {
  const webhook = await getWebhook(db, webhookId);
  if (webhook) return webhookDocument(webhook);
  throw unknownWebhook(webhookId);
}

function unknownWebhook(webhookId: string): Problem {
  return new Problem('not-found', `There is no webhook ${webhookId}.`, {
    errors: [{ field: 'webhook_id', message: 'is not known' }],
  });
}
