import { WorkflowNotFoundError } from '@temporalio/client';
import { NUDGE_SIGNAL, webhookWorkflowId } from '../../model/webhook.ts';
import type { AppDeps } from '../app-deps.ts';
import { TemporalUnavailableError } from '../temporal.ts';

/**
 * Tells a delivery that waits that something has changed. Where none waits, or Temporal is away, a
 * worker finds what is due by itself, so that this only makes it sooner.
 */
export async function nudge({ temporal, log }: AppDeps, webhookId: string): Promise<void> {
  const handle = temporal.client.workflow.getHandle(webhookWorkflowId(webhookId));
  try {
    await temporal.call(() => handle.signal(NUDGE_SIGNAL));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return;
    if (!(error instanceof TemporalUnavailableError)) throw error;
    log.warn({ err: error, webhook_id: webhookId }, 'a delivery could not be told of a change');
  }
}
