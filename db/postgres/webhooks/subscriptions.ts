import { type Selectable, sql } from 'kysely';
import type { WebhookFilter, WebhookState } from '../../../model/webhook.ts';
import type { FeedCursor } from '../changes/feed-cursor.ts';
import type { Db } from '../database.ts';
import type { WebhookTables } from '../tables/webhooks.ts';

/** A webhook as people see it: without its secrets. */
export interface WebhookSummary
  extends Omit<
    Selectable<WebhookTables['webhooks']>,
    'secret' | 'previous_secret' | 'previous_until' | 'cursor'
  > {
  pending: number;
  dead: number;
  last_delivered_at: Date | null;
}

/** Each is looked for every few seconds. */
export const MAX_WEBHOOKS = 100;

const summaryColumns = sql`
  webhook_id, url, description, filter, webhooks.state, created_by, webhooks.created_at,
  updated_at, counts.*`;

const counts = sql`
  cross join lateral (
    select count(*) filter (where deliveries.state = 'pending')::int as pending,
      count(*) filter (where deliveries.state = 'dead')::int as dead,
      max(delivered_at) as last_delivered_at
    from webhook_deliveries deliveries where deliveries.webhook_id = webhooks.webhook_id
  ) counts`;

export async function listWebhooks(db: Db): Promise<WebhookSummary[]> {
  const { rows } = await sql<WebhookSummary>`
    select ${summaryColumns} from webhooks ${counts} order by webhooks.created_at, webhook_id
  `.execute(db);
  return rows;
}

export async function getWebhook(db: Db, webhookId: string): Promise<WebhookSummary | null> {
  const { rows } = await sql<WebhookSummary>`
    select ${summaryColumns} from webhooks ${counts} where webhook_id = ${webhookId}
  `.execute(db);
  return rows[0] ?? null;
}

export interface NewWebhook {
  webhook_id: string;
  url: string;
  description: string | null;
  filter: WebhookFilter;
  /** Sealed. */
  secret: string;
  cursor: FeedCursor | null;
  created_by: string;
}

/** @returns false when there are very many already */
export async function insertWebhook(db: Db, webhook: NewWebhook): Promise<boolean> {
  const { count } = await db
    .selectFrom('webhooks')
    .select((rows) => rows.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count >= MAX_WEBHOOKS) return false;
  const cursor = webhook.cursor && JSON.stringify(webhook.cursor);
  await db
    .insertInto('webhooks')
    .values({ ...webhook, filter: JSON.stringify(webhook.filter), cursor })
    .execute();
  return true;
}

export interface WebhookChange {
  url?: string | undefined;
  description?: string | null | undefined;
  filter?: WebhookFilter | undefined;
  state?: Exclude<WebhookState, 'gone'> | undefined;
}

/** @returns false when there is no such webhook */
export async function updateWebhook(
  db: Db,
  webhookId: string,
  { filter, ...change }: WebhookChange,
): Promise<boolean> {
  const updated = await db
    .updateTable('webhooks')
    .set({
      ...change,
      ...(filter ? { filter: JSON.stringify(filter) } : {}),
      updated_at: sql`now()`,
    })
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** How long the secret before goes on to sign, beside the new one. */
const OVERLAP = '24 hours';

/** @returns false when there is no such webhook */
export async function replaceSecret(db: Db, webhookId: string, sealed: string): Promise<boolean> {
  const updated = await sql`
    update webhooks set previous_secret = secret, secret = ${sealed},
      previous_until = now() + ${OVERLAP}::interval, updated_at = now()
    where webhook_id = ${webhookId}
  `.execute(db);
  return updated.numAffectedRows === 1n;
}

/** @returns false when there is no such webhook */
export async function deleteWebhook(db: Db, webhookId: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom('webhooks')
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}
