import { sql } from 'kysely';
import type { DeliveryState } from '../../../model/webhook.ts';
import type { Db } from '../database.ts';
import type { Delivery } from './next-delivery.ts';

/** Lists deliveries of a webhook, the newest first, from behind a position. */
export async function listDeliveries(
  db: Db,
  webhookId: string,
  state: DeliveryState | undefined,
  limit: number,
  before: number | null,
): Promise<{ deliveries: Delivery[]; next: number | null }> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .$if(state !== undefined, (query) => query.where('state', '=', state as DeliveryState))
    .$if(before !== null, (query) => query.where('position', '<', before))
    .orderBy('position', 'desc')
    .limit(limit + 1)
    .execute();
  const deliveries = rows.slice(0, limit);
  const last = deliveries.at(-1);
  return { deliveries, next: rows.length > limit && last ? last.position : null };
}

/**
 * Has deliveries made again, under the ids that they had, before anything newer.
 *
 * @param deliveryId null: all that are dead
 * @returns how many
 */
export async function replayDeliveries(
  db: Db,
  webhookId: string,
  deliveryId: string | null,
): Promise<number> {
  const replayed = await sql`
    update webhook_deliveries set
      state = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null
    where webhook_id = ${webhookId}
      and ${deliveryId === null ? sql`state = 'dead'` : sql`delivery_id = ${deliveryId}`}
  `.execute(db);
  return Number(replayed.numAffectedRows ?? 0n);
}

/** Has what waits for its next attempt attempted at once. */
export async function retryNow(db: Db, webhookId: string): Promise<void> {
  await sql`
    update webhook_deliveries set next_attempt_at = now()
    where webhook_id = ${webhookId} and state = 'pending' and next_attempt_at > now()
  `.execute(db);
}
