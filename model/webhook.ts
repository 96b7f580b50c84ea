import { z } from 'zod';
import { changeTypeSchema } from './change-event.ts';
import { ciTypeSchema } from './ci-type.ts';
import { ciEnvironmentSchema, providerSchema } from './enums.ts';

/** The workflow that delivers to one receiver, as the Temporal UI shows it. */
export const DELIVER_WEBHOOK_WORKFLOW = 'deliverWebhook';

/** Tells a delivery that waits for its next attempt that something has changed. */
export const NUDGE_SIGNAL = 'nudge';

export function webhookWorkflowId(webhookId: string): string {
  return `webhook/${webhookId}`;
}

/**
 * - `active`: what happens is delivered
 * - `paused`: by a person; what happens meanwhile is delivered when it goes on
 * - `gone`: the receiver answered 410, which says that it wants nothing more
 */
export const webhookStateSchema = z.enum(['active', 'paused', 'gone']);
export type WebhookState = z.infer<typeof webhookStateSchema>;

/** `dead`: given up after `MAX_ATTEMPTS`; it can be replayed. */
export const deliveryStateSchema = z.enum(['pending', 'delivered', 'dead']);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

const text = z
  .string()
  .min(1, 'must not be empty')
  .max(512, 'must not be longer than 512 characters')
  .refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'must not contain a NUL character or half of a surrogate pair',
  );

/** Which changes a receiver hears of: those that fit all that is given. */
export const webhookFilterSchema = z.strictObject({
  types: z.array(changeTypeSchema).min(1).max(20).optional(),
  ci_id: z.uuid().toLowerCase().optional(),
  ci_type: ciTypeSchema.optional(),
  environment: ciEnvironmentSchema.optional(),
  provider: providerSchema.optional(),
  account: text.optional(),
  team: text.optional(),
});
export type WebhookFilter = z.infer<typeof webhookFilterSchema>;

/**
 * How often a delivery is tried before it is given up, with the waits below: for two and a half
 * hours.
 */
export const MAX_ATTEMPTS = 12;
const FIRST_WAIT_MS = 5_000;
export const LONGEST_WAIT_MS = 3_600_000;

/** How long a delivery that failed for the n-th time (from 1) waits, where its receiver says nothing. */
export function webhookRetryMs(attempt: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
}
