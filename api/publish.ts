import { PUBLISH_SIGNAL, PUBLISH_WORKFLOW, publishWorkflowId } from '../model/publish-workflow.ts';
import type { AppDeps } from './app-deps.ts';
import { TemporalUnavailableError } from './temporal.ts';

/** What was written is written: nobody waits long for the graph to hear of it. */
const DEADLINE_MS = 2_000;

/**
 * Has what was just committed related, and brought to graph and cache, soon. Where Temporal is away
 * the next request or discovery does it: the commit is in the outbox.
 */
export async function requestPublication({
  temporal,
  task_queue,
  log,
}: Pick<AppDeps, 'temporal' | 'task_queue' | 'log'>): Promise<void> {
  try {
    await temporal.call(
      () =>
        temporal.client.workflow.signalWithStart(PUBLISH_WORKFLOW, {
          workflowId: publishWorkflowId(task_queue),
          taskQueue: task_queue,
          signal: PUBLISH_SIGNAL,
        }),
      DEADLINE_MS,
    );
  } catch (error) {
    if (!(error instanceof TemporalUnavailableError)) throw error;
    log.warn({ err: error }, 'The graph hears of a change later: Temporal cannot be asked.');
  }
}
