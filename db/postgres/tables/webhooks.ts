import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { DeliveryState, WebhookFilter, WebhookState } from '../../../model/webhook.ts';
import type { FeedCursor } from '../changes/feed-cursor.ts';

type JsonColumn<T> = ColumnType<T, string, string>;
type NullableJsonColumn<T> = ColumnType<T | null, string | null, string | null>;

/** Why a receiver may have missed something, which it is told in place of what it missed. */
export interface FeedGap {
  /** `pruned`: retention came first; `restored`: the inventory was set back. */
  reason: 'pruned' | 'restored';
  /** From when on the feed is complete again; null: from now on. */
  complete_from: string | null;
}

export interface WebhookTables {
  webhooks: {
    webhook_id: Generated<string>;
    url: string;
    description: string | null;
    filter: JsonColumn<WebhookFilter>;
    state: Generated<WebhookState>;
    /** Sealed (see `db/sealer.ts`), as is the one before, which signs too until `previous_until`. */
    secret: string;
    previous_secret: string | null;
    previous_until: Date | null;
    /** Up to where deliveries are made of the feed; null: from the beginning of what is kept. */
    cursor: NullableJsonColumn<FeedCursor>;
    created_by: string;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  /**
   * One request to a receiver: the events of a stretch of the feed. What they say is derived from
   * the feed at each attempt, by the cursor and the filter that were used when it was made.
   */
  webhook_deliveries: {
    delivery_id: Generated<string>;
    webhook_id: string;
    /** In the order of the feed. */
    position: GeneratedAlways<number>;
    state: Generated<DeliveryState>;
    from_cursor: NullableJsonColumn<FeedCursor>;
    filter: JsonColumn<WebhookFilter>;
    event_count: number;
    gap: NullableJsonColumn<FeedGap>;
    attempts: Generated<number>;
    last_status: number | null;
    last_error: string | null;
    last_attempt_at: Date | null;
    next_attempt_at: Generated<Date>;
    delivered_at: Date | null;
    created_at: Generated<Date>;
  };
}
