import { createRoute, z } from '@hono/zod-openapi';
import { listDeliveries, replayDeliveries } from '../../db/postgres/webhooks/list-deliveries.ts';
import { deliveryStateSchema } from '../../model/webhook.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { cursorOf } from '../http/cursor.ts';
import { noQuery, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, type ProblemKind, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { nudge } from '../webhooks/nudge.ts';
import { deliveryDocument, deliverySchema } from '../webhooks/webhook-document.ts';
import { existingWebhook, webhookIdParam } from './webhooks.ts';

const ROUTE = { ...needs('admin'), tags: ['Webhooks'] };
const PROBLEMS: ProblemKind[] = ['invalid-request', 'not-found', 'component-unavailable'];
const positionCursor = cursorOf(z.int().nonnegative());

const deliveriesSchema = z
  .object({
    items: z.array(deliverySchema),
    next_cursor: z.string().nullable().meta({ description: 'Null at the end.' }),
  })
  .meta({ id: 'WebhookDeliveries' });

const listRoute = createRoute({
  method: 'get',
  path: '/webhooks/{webhook_id}/deliveries',
  ...ROUTE,
  summary: 'What a webhook was told, and what it was not',
  description: 'The newest first; those that went well are kept for 7 days, dead ones for 90.',
  request: {
    params: webhookIdParam,
    query: queryOf({
      state: deliveryStateSchema.optional(),
      limit: wholeNumber(1, 1000, 100),
      cursor: positionCursor.param,
    }),
  },
  responses: {
    200: jsonResponse(deliveriesSchema, 'One page.'),
    ...problemResponses(...PROBLEMS),
  },
});

const replayedSchema = z
  .object({ replayed: z.int().nonnegative() })
  .meta({ id: 'ReplayedDeliveries' });

const replayOneRoute = createRoute({
  method: 'post',
  path: '/webhooks/{webhook_id}/deliveries/{delivery_id}/replay',
  ...ROUTE,
  summary: 'Make a delivery again',
  description: 'Whatever became of it, under the id that it had, before anything newer.',
  request: {
    params: webhookIdParam.extend({ delivery_id: z.uuid('must be a UUID').toLowerCase() }),
    query: noQuery,
  },
  responses: {
    202: jsonResponse(replayedSchema, 'It will be made.'),
    ...problemResponses(...PROBLEMS, 'forbidden-origin'),
  },
});

const replayDeadRoute = createRoute({
  method: 'post',
  path: '/webhooks/{webhook_id}/replay',
  ...ROUTE,
  summary: 'Make all deliveries again that were given up',
  request: { params: webhookIdParam, query: noQuery },
  responses: {
    202: jsonResponse(replayedSchema, 'They will be made, the oldest first.'),
    ...problemResponses(...PROBLEMS, 'forbidden-origin'),
  },
});

/** What webhooks were told. */
export function webhookDeliveryRoutes(deps: AppDeps) {
  const { db } = deps;
  const app = createRouter();
  app.openapi(listRoute, async (c) => {
    const { webhook_id } = c.req.valid('param');
    const { state, limit, cursor } = c.req.valid('query');
    await existingWebhook(deps, webhook_id);
    const { deliveries, next } = await listDeliveries(db, webhook_id, state, limit, cursor);
    const answer = {
      items: deliveries.map(deliveryDocument),
      next_cursor: next === null ? null : positionCursor.encode(next),
    };
    return c.json(answerOf(deps, deliveriesSchema, answer), 200);
  });
  app.openapi(replayOneRoute, async (c) => {
    const { webhook_id, delivery_id } = c.req.valid('param');
    const replayed = await replayDeliveries(db, webhook_id, delivery_id);
    if (replayed === 0) throw unknownDelivery(delivery_id);
    await nudge(deps, webhook_id);
    return c.json(answerOf(deps, replayedSchema, { replayed }), 202);
  });
  app.openapi(replayDeadRoute, async (c) => {
    const { webhook_id } = c.req.valid('param');
    await existingWebhook(deps, webhook_id);
    const replayed = await replayDeliveries(db, webhook_id, null);
    await nudge(deps, webhook_id);
    return c.json(answerOf(deps, replayedSchema, { replayed }), 202);
  });
  return app;
}

function unknownDelivery(deliveryId: string): Problem {
  return new Problem('not-found', `The webhook has no delivery ${deliveryId}.`, {
    errors: [{ field: 'delivery_id', message: 'is not known' }],
  });
}
