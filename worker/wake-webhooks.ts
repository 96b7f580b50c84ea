import type { Client } from '@temporalio/client';
import type { Db } from '../db/postgres/database.ts';
import { dueWebhooks } from '../db/postgres/webhooks/due-webhooks.ts';
import { DELIVER_WEBHOOK_WORKFLOW, webhookWorkflowId } from '../model/webhook.ts';

/** How late a receiver hears of a change at most, where nothing else is in its way. */
const INTERVAL_MS = 5_000;

/** Has what is due delivered: one workflow a webhook, whoever asks for it. */
export async function wakeWebhooks(db: Db, client: Client, taskQueue: string): Promise<void> {
  for (const webhook_id of await dueWebhooks(db)) {
    await client.workflow.start(DELIVER_WEBHOOK_WORKFLOW, {
      workflowId: webhookWorkflowId(webhook_id),
      taskQueue,
      args: [{ webhook_id }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
  }
}

/**
 * Looks every few seconds for webhooks that have something to deliver. It reads where each stands
 * from the store, so that no commit has to announce itself, and none can be forgotten: not one of a
 * process that died, not one while Temporal was away. What fails is made up for by the next time.
 *
 * @returns stops it
 */
export function keepWebhooksAwake(
  db: Db,
  client: Client,
  taskQueue: string,
  onError: (error: unknown) => void,
): () => void {
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      await wakeWebhooks(db, client, taskQueue);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look().catch(onError), INTERVAL_MS);
  return () => clearInterval(timer);
}
