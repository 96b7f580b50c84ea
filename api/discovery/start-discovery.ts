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
    const started = await startOrFind(deps, request);
    if (started && (!started.already_running || polls === MAX_ENDING_POLLS)) return started;
    // One that ended since it stood in the way is none to join.
    if (!started) continue;
    const run = await getRun(deps.db, started.run_id);
    if (!run || run.status === 'running') return started;
    await sleep(ENDING_POLL_MS);
  }
}

/**
 * Starts the workflow, or finds the one that runs. Temporal could do both at once, but would not
 * tell which of the two it did.
 *
 * @returns null where the one that stood in the way has just ended
 */
async function startOrFind(
  { temporal, task_queue }: Pick<AppDeps, 'temporal' | 'task_queue'>,
  request: DiscoveryRequest,
): Promise<StartedDiscovery | null> {
  const workflow_id = discoveryWorkflowId(request, task_queue);
  try {
    const { firstExecutionRunId } = await temporal.call(() =>
      temporal.client.workflow.start(DISCOVERY_WORKFLOW, {
        workflowId: workflow_id,
        taskQueue: task_queue,
        args: [request],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
    return { workflow_id, run_id: firstExecutionRunId, already_running: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  // It never continues as new, so that its newest execution is its first.
  const { status, runId } = await temporal.call(() =>
    temporal.client.workflow.getHandle(workflow_id).describe(),
  );
  return status.name === 'RUNNING' ? { workflow_id, run_id: runId, already_running: true } : null;
}
