import { z } from '@hono/zod-openapi';
import type { Delivery } from '../../db/postgres/webhooks/next-delivery.ts';
import type { WebhookSummary } from '../../db/postgres/webhooks/subscriptions.ts';
import {
  deliveryStateSchema,
  webhookFilterSchema,
  webhookStateSchema,
} from '../../model/webhook.ts';

const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

export const webhookSchema = z
  .object({
    webhook_id: z.uuid(),
    url: z.url(),
    description: z.string().nullable(),
    filter: webhookFilterSchema,
    state: webhookStateSchema.meta({
      description: 'gone: the receiver answered 410; set it active to go on.',
    }),
    pending: count.meta({ description: 'Deliveries that wait for their next attempt.' }),
    dead: count.meta({ description: 'Deliveries that were given up; they can be replayed.' }),
    last_delivered_at: instant.nullable(),
    created_by: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Webhook' });

export const webhookWithSecretSchema = webhookSchema
  .extend({
    secret: z.string().meta({
      description: 'Signs the deliveries (Standard Webhooks). Shown here, and never again.',
    }),
  })
  .meta({ id: 'WebhookWithSecret' });

export const deliverySchema = z
  .object({
    delivery_id: z.uuid().meta({ description: 'The webhook-id of the requests.' }),
    state: deliveryStateSchema,
    event_count: count,
    gap: z
      .object({
        reason: z.enum(['pruned', 'restored']),
        complete_from: instant.nullable(),
      })
      .nullable()
      .meta({ description: 'Events are missing here, of which the receiver is told.' }),
    attempts: count,
    last_status: z.int().nullable().meta({ description: 'HTTP status of the last attempt.' }),
    last_error: z.string().nullable().meta({
      description: 'Why there was no answer: forbidden_address, timeout, ECONNREFUSED, …',
    }),
    last_attempt_at: instant.nullable(),
    next_attempt_at: instant.nullable(),
    delivered_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'WebhookDelivery' });

export function webhookDocument(webhook: WebhookSummary): z.output<typeof webhookSchema> {
  const { last_delivered_at, created_at, updated_at, ...rest } = webhook;
  return {
    ...rest,
    last_delivered_at: last_delivered_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}

export function deliveryDocument(delivery: Delivery): z.output<typeof deliverySchema> {
  const { delivery_id, state, event_count, gap, attempts, last_status, last_error } = delivery;
  return {
    delivery_id,
    state,
    event_count,
    gap,
    attempts,
    last_status,
    last_error,
    last_attempt_at: delivery.last_attempt_at?.toISOString() ?? null,
    next_attempt_at: state === 'pending' ? delivery.next_attempt_at.toISOString() : null,
    delivered_at: delivery.delivered_at?.toISOString() ?? null,
    created_at: delivery.created_at.toISOString(),
  };
}
