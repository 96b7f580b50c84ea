import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { getRun } from '../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW, discoveryWorkflowId } from '../../model/discovery-workflow.ts';
import type { DiscoveryRequest } from '../../model/scope.ts';
import type { AppDeps } from '../app-deps.ts';

export interface StartedDiscovery {
  workflow_id: string;
  run_id: string;
  /** The same discovery was running and was joined. */
  already_running: boolean;
}

const ENDING_POLL_MS = 200;
/**
 * A workflow ends moments after its run is written as finished. Where its worker is gone, Temporal
 * waits 10 s for that worker before it asks another.
 */
const MAX_ENDING_POLLS = 75;

/**
 * Starts a discovery, or joins the one that is running with the same request. A run that is
 * finished in the store and about to end at Temporal is not joined but waited for: it would tell
 * nothing of what has changed since.
 *
 * @throws {TemporalUnavailableError}
 */
export async function startDiscovery(
  deps: Pick<AppDeps, 'db' | 'temporal' | 'task_queue'>,
  request: DiscoveryRequest,
): Promise<StartedDiscovery> {
  for (let polls = 0; ; polls++) {
    const started = await startOrJoin(deps, request);
    if (!started.already_running || polls === MAX_ENDING_POLLS) return started;
    const run = await getRun(deps.db, started.run_id);
    if (!run || run.status === 'running') return started;
    await sleep(ENDING_POLL_MS);
  }
}

/**
 * The server does not tell which of the two it did, so it is asked to start first and to join
 * only then. A run that ends between the two calls is started anew: the caller gets a discovery
 * either way.
 */
async function startOrJoin(
  { temporal, task_queue }: Pick<AppDeps, 'temporal' | 'task_queue'>,
  request: DiscoveryRequest,
): Promise<StartedDiscovery> {
  const workflow_id = discoveryWorkflowId(request);
  const start = (workflowIdConflictPolicy: 'FAIL' | 'USE_EXISTING') =>
    temporal.call(() =>
      temporal.client.workflow.start(DISCOVERY_WORKFLOW, {
        workflowId: workflow_id,
        taskQueue: task_queue,
        args: [request],
        workflowIdConflictPolicy,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
  try {
    const { firstExecutionRunId } = await start('FAIL');
    return { workflow_id, run_id: firstExecutionRunId, already_running: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { firstExecutionRunId } = await start('USE_EXISTING');
    return { workflow_id, run_id: firstExecutionRunId, already_running: true };
  }
}
