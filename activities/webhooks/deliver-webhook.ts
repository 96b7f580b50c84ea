import { cancellationSignal } from '@temporalio/activity';
import { ForeignCursorError, PrunedCursorError } from '../../db/postgres/changes/feed-cursor.ts';
import {
  eventsOfDelivery,
  nextDelivery,
  type PendingDelivery,
  type Webhook,
} from '../../db/postgres/webhooks/next-delivery.ts';
import {
  type Attempt,
  forgetDeliveries,
  recordAttempt,
  replaceByGap,
} from '../../db/postgres/webhooks/record-attempt.ts';
import { UnreadableSecretError } from '../../db/sealer.ts';
import { beating } from '../beating.ts';
import type { ActivityDeps } from '../deps.ts';
import { BATCH_CONTENT_TYPE, type CloudEvent, gapEvent, toCloudEvent } from './cloud-events.ts';
import { postGuarded } from './post-guarded.ts';
import type { WebhookSettings } from './settings.ts';
import { signatureHeaders } from './sign.ts';

export interface DeliverWebhookInput {
  webhook_id: string;
}

export interface DeliveredUpTo {
  /** There is nothing to deliver, or nobody to deliver it to. */
  is_done: boolean;
  /** How long the next attempt has to wait. */
  wait_ms: number;
}

/** An activity ends now and then, so that its worker can be stopped and its history tells progress. */
const MAX_MS = 60_000;

/**
 * Delivers what a webhook has not been told yet, request by request, in the order of the feed, until
 * there is nothing more or an attempt has to wait.
 *
 * Neither the address of a receiver nor its secret leaves the store but to the receiver: inputs,
 * results, errors and logs name the webhook by its id.
 */
export function createDeliverWebhook({
  db,
  logger,
  webhooks,
}: Pick<ActivityDeps, 'db' | 'logger' | 'webhooks'>) {
  return ({ webhook_id }: DeliverWebhookInput): Promise<DeliveredUpTo> =>
    beating(
      () => null,
      () => deliver(webhook_id),
    );

  async function deliver(webhookId: string): Promise<DeliveredUpTo> {
    const signal = cancellationSignal();
    const until = Date.now() + MAX_MS;
    while (Date.now() < until) {
      signal.throwIfAborted();
      const pending = await nextDelivery(db, webhookId);
      if (!pending) {
        await forgetDeliveries(db, webhookId);
        return { is_done: true, wait_ms: 0 };
      }
      if (pending.wait_ms > 0) return { is_done: false, wait_ms: pending.wait_ms };
      const attempt = await attemptDelivery(pending);
      const { delivery_id, attempts } = pending.delivery;
      await recordAttempt(db, delivery_id, attempt);
      const { status, error_code } = attempt;
      const log = { webhook_id: webhookId, delivery_id, attempt: attempts + 1, status, error_code };
      logger.info(log, 'webhook attempted');
    }
    return { is_done: false, wait_ms: 0 };
  }

  async function attemptDelivery({ webhook, delivery }: PendingDelivery): Promise<Attempt> {
    const { retryMs, networks, timeout_ms } = webhooks;
    const failed = { status: null, wait_ms: retryMs(delivery.attempts + 1) };
    const secrets = openSecrets(webhook, webhooks);
    if (!secrets) return { ...failed, error_code: 'unreadable_secret' };
    const body = JSON.stringify(await eventsOf(delivery));
    const headers = {
      ...signatureHeaders(delivery.delivery_id, new Date(), body, secrets),
      'content-type': BATCH_CONTENT_TYPE,
      'user-agent': 'cmdb-agent',
    };
    const outcome = await postGuarded(new URL(webhook.url), headers, body, {
      networks,
      timeout_ms,
    });
    if (outcome.status === null) return { ...failed, error_code: outcome.error_code };
    const wait_ms = Math.max(failed.wait_ms, outcome.retry_after_ms ?? 0);
    return { status: outcome.status, error_code: null, wait_ms };
  }

  async function eventsOf(delivery: PendingDelivery['delivery']): Promise<CloudEvent[]> {
    const { delivery_id, gap, created_at } = delivery;
    if (gap) return [gapEvent(delivery_id, gap, created_at)];
    try {
      return (await eventsOfDelivery(db, delivery)).map(toCloudEvent);
    } catch (error) {
      const isPruned = error instanceof PrunedCursorError;
      if (!isPruned && !(error instanceof ForeignCursorError)) throw error;
      const found = isPruned
        ? { reason: 'pruned' as const, complete_from: error.earliest.toISOString() }
        : { reason: 'restored' as const, complete_from: null };
      await replaceByGap(db, delivery_id, found);
      return [gapEvent(delivery_id, found, created_at)];
    }
  }
}

/** @returns null when they cannot be opened: the key is missing, or is another one */
function openSecrets(webhook: Webhook, { sealer }: WebhookSettings): string[] | null {
  const { webhook_id, secret, previous_secret, previous_until } = webhook;
  const signs = previous_secret !== null && previous_until !== null && previous_until > new Date();
  try {
    return [secret, ...(signs ? [previous_secret] : [])].map((sealed) =>
      sealer.open(sealed, webhook_id),
    );
  } catch (error) {
    if (error instanceof UnreadableSecretError) return null;
    throw error;
  }
}
