import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { DeliverWebhookInput } from '../activities/webhooks/deliver-webhook.ts';
import { delivering } from './activity-options.ts';
import { nudgeSignal } from './messages.ts';

/**
 * Delivers to one receiver until there is nothing more: a worker starts it again when the feed has
 * gone on. What has to wait, waits here; a nudge ends the wait.
 */
export async function deliverWebhook(input: DeliverWebhookInput): Promise<void> {
  let isNudged = false;
  setHandler(nudgeSignal, () => {
    isNudged = true;
  });
  for (;;) {
    isNudged = false;
    const { is_done, wait_ms } = await delivering.deliverWebhook(input);
    if (is_done && !isNudged) return;
    if (wait_ms > 0) await condition(() => isNudged, wait_ms);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliverWebhook>(input);
  }
}
