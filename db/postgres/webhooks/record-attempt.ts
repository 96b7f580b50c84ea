import { sql } from 'kysely';
import { LONGEST_WAIT_MS, MAX_ATTEMPTS } from '../../../model/webhook.ts';
import type { Db } from '../database.ts';
import type { FeedGap } from '../tables/webhooks.ts';

/** How a receiver answered, or why it did not. */
export interface Attempt {
  status: number | null;
  error_code: string | null;
  /** How long to wait before the next attempt, if this one failed. */
  wait_ms: number;
}

/** The receiver wants nothing more (RFC 9110, 15.5.11). */
const GONE = 410;

/**
 * Notes an attempt of a delivery that is pending: any status from 200 to 299 ends it; after
 * `MAX_ATTEMPTS` others it is dead. A receiver that is gone ends its webhook, too; what is pending
 * waits for a person to resume it.
 */
export async function recordAttempt(db: Db, deliveryId: string, attempt: Attempt): Promise<void> {
  const { status, error_code } = attempt;
  const isDelivered = status !== null && status >= 200 && status < 300;
  const isGone = status === GONE;
  const wait = Math.min(attempt.wait_ms, LONGEST_WAIT_MS) / 1000;
  await sql`
    with attempted as (
      update webhook_deliveries set
        attempts = attempts + 1,
        state = case when ${isDelivered} then 'delivered'
          when attempts + 1 >= ${MAX_ATTEMPTS} and not ${isGone} then 'dead' else 'pending' end,
        last_status = ${status}::int, last_error = ${error_code}, last_attempt_at = now(),
        next_attempt_at = now() + make_interval(secs => ${wait}),
        delivered_at = case when ${isDelivered} then now() end
      where delivery_id = ${deliveryId} and state = 'pending'
      returning webhook_id
    )
    update webhooks set state = 'gone', updated_at = now()
    from attempted where webhooks.webhook_id = attempted.webhook_id and ${isGone}
  `.execute(db);
}

/** What the delivery told is not kept any more: the receiver is told that instead. */
export async function replaceByGap(db: Db, deliveryId: string, gap: FeedGap): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ gap: JSON.stringify(gap), event_count: 1 })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** Deliveries that went well are shown for this long, dead ones until they are replayed or for … */
const KEEP_DELIVERED = '7 days';
const KEEP_DEAD = '90 days';

/** Forgets old deliveries of a webhook. */
export async function forgetDeliveries(db: Db, webhookId: string): Promise<void> {
  await sql`
    delete from webhook_deliveries
    where webhook_id = ${webhookId} and (
      (state = 'delivered' and created_at < now() - ${KEEP_DELIVERED}::interval)
      or (state = 'dead' and created_at < now() - ${KEEP_DEAD}::interval)
    )
  `.execute(db);
}
