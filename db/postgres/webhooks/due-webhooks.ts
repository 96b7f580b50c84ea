import { sql } from 'kysely';
import type { Db } from '../database.ts';

/**
 * Finds the webhooks that have something to deliver now: a delivery that is due, or a feed that has
 * gone on. One whose oldest delivery waits for its next attempt has not: it keeps the order.
 */
export async function dueWebhooks(db: Db): Promise<string[]> {
  const { rows } = await sql<{ webhook_id: string }>`
    select webhook_id from webhooks
    cross join lateral (select coalesce(max(seq), 0) as seq from ticks) newest
    left join lateral (
      select next_attempt_at <= now() as is_due from webhook_deliveries deliveries
      where deliveries.webhook_id = webhooks.webhook_id and state = 'pending'
      order by position limit 1
    ) oldest on true
    where webhooks.state = 'active' and case
      when oldest.is_due is not null then oldest.is_due
      -- Also where it is ahead: the inventory was set back, which the receiver is to know.
      else cursor is null or cursor->'inside' <> 'null' or (cursor->>'seq')::bigint <> newest.seq
    end
  `.execute(db);
  return rows.map((row) => row.webhook_id);
}
