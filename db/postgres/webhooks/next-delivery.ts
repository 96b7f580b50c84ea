import { type Selectable, sql } from 'kysely';
import type { ChangeEvent } from '../../../model/change-event.ts';
import type { WebhookFilter } from '../../../model/webhook.ts';
import { type FeedCursor, ForeignCursorError, PrunedCursorError } from '../changes/feed-cursor.ts';
import type { Db } from '../database.ts';
import { type FeedEntry, newestPlace, readChanges } from '../read-changes.ts';
import type { FeedGap, WebhookTables } from '../tables/webhooks.ts';

export type Webhook = Selectable<WebhookTables['webhooks']>;
export type Delivery = Selectable<WebhookTables['webhook_deliveries']>;

export interface PendingDelivery {
  webhook: Webhook;
  delivery: Delivery;
  /** How long it has to wait for its next attempt; 0 when it is due. */
  wait_ms: number;
}

/** A request stays well below what receivers take: some read no more than 1 MB. */
const MAX_EVENTS = 100;
const MAX_CHARACTERS = 256 * 1024;

/**
 * Finds the delivery that is to be attempted next, the oldest of those that are pending; where
 * there is none, makes one of what the feed has behind the webhook's cursor.
 *
 * The cursor moves in the transaction that makes the delivery, so that every event is part of one
 * delivery and none of two, wherever a process dies.
 *
 * @returns null when there is nothing to deliver, or nobody to deliver it to
 */
export async function nextDelivery(db: Db, webhookId: string): Promise<PendingDelivery | null> {
  for (;;) {
    const webhook = await db
      .selectFrom('webhooks')
      .selectAll()
      .where('webhook_id', '=', webhookId)
      .where('state', '=', 'active')
      .executeTakeFirst();
    if (!webhook) return null;
    const pending = await oldestPending(db, webhookId);
    if (pending) return { webhook, ...pending };
    if ((await makeDelivery(db, webhook)) === 'nothing_new') return null;
  }
}

async function oldestPending(
  db: Db,
  webhookId: string,
): Promise<Pick<PendingDelivery, 'delivery' | 'wait_ms'> | null> {
  const found = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .select(sql<number>`greatest(0, extract(epoch from next_attempt_at - now()) * 1000)`.as('wait'))
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'pending')
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  if (!found) return null;
  const { wait, ...delivery } = found;
  return { delivery, wait_ms: Math.ceil(Number(wait)) };
}

/** What a delivery is made of, and where the feed goes on behind it. */
interface Stretch {
  event_count: number;
  gap: FeedGap | null;
  next: FeedCursor | null;
}

async function makeDelivery(db: Db, webhook: Webhook): Promise<'moved' | 'nothing_new'> {
  const { webhook_id, cursor, filter } = webhook;
  const { stretch, is_end } = await nextStretch(db, webhook);
  const isSame = JSON.stringify(stretch.next) === JSON.stringify(cursor);
  if (stretch.event_count === 0 && is_end && isSame) return 'nothing_new';
  await db.transaction().execute(async (trx) => {
    // Refused where another attempt was first, or a person changed the filter meanwhile.
    const moved = await sql`
      update webhooks set cursor = ${json(stretch.next)}::jsonb
      where webhook_id = ${webhook_id} and cursor is not distinct from ${json(cursor)}::jsonb
        and filter = ${json(filter)}::jsonb
    `.execute(trx);
    if (moved.numAffectedRows === 0n || stretch.event_count === 0) return;
    await trx
      .insertInto('webhook_deliveries')
      .values({
        webhook_id,
        from_cursor: json(cursor),
        filter: JSON.stringify(filter),
        event_count: stretch.event_count,
        gap: json(stretch.gap),
      })
      .execute();
  });
  return stretch.event_count === 0 && is_end ? 'nothing_new' : 'moved';
}

async function nextStretch(
  db: Db,
  { cursor, filter }: Webhook,
): Promise<{ stretch: Stretch; is_end: boolean }> {
  try {
    const { entries, next, has_more } = await readChanges(db, cursor, filter, MAX_EVENTS);
    const count = countFitting(entries);
    const last = entries[count - 1];
    const isCut = last !== undefined && count < entries.length;
    const stretch = { event_count: count, gap: null, next: isCut ? last.cursor : next };
    return { stretch, is_end: !has_more && !isCut };
  } catch (error) {
    if (error instanceof PrunedCursorError) {
      const gap: FeedGap = { reason: 'pruned', complete_from: error.earliest.toISOString() };
      return { stretch: { event_count: 1, gap, next: null }, is_end: false };
    }
    if (!(error instanceof ForeignCursorError)) throw error;
    const gap: FeedGap = { reason: 'restored', complete_from: null };
    return { stretch: { event_count: 1, gap, next: await newestPlace(db) }, is_end: false };
  }
}

/** One event at least, however large it is. */
function countFitting(entries: readonly FeedEntry[]): number {
  let characters = 0;
  const tooMany = entries.findIndex(({ event }) => {
    characters += JSON.stringify(event).length;
    return characters > MAX_CHARACTERS;
  });
  return tooMany === -1 ? entries.length : Math.max(1, tooMany);
}

/**
 * Reads again what a delivery tells; it is the same each time, since the feed behind a place is.
 *
 * @throws {PrunedCursorError | ForeignCursorError} when it is not there any more
 */
export async function eventsOfDelivery(db: Db, delivery: Delivery): Promise<ChangeEvent[]> {
  const events: ChangeEvent[] = [];
  let place = delivery.from_cursor;
  while (events.length < delivery.event_count) {
    const wanted: WebhookFilter = delivery.filter;
    const limit = delivery.event_count - events.length;
    const page = await readChanges(db, place, wanted, limit);
    events.push(...page.entries.map((entry) => entry.event));
    if (!page.has_more) break;
    place = page.next;
  }
  return events;
}

function json(value: FeedCursor | FeedGap | WebhookFilter | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
