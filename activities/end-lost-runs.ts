import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { finishRun } from '../db/postgres/finish-run.ts';
import { listRunningRuns, type RunningRun } from '../db/postgres/list-runs.ts';
import type { RunError } from '../model/scope.ts';
import type { ActivityDeps } from './deps.ts';

/**
 * Ends the runs whose workflow is no more – terminated, timed out, its history gone – and that
 * therefore nobody ended: they would be running for ever, and keep their staging.
 *
 * @param ownRunId the run that looks, and is left alone
 * @returns the runs that it ended
 */
export async function endLostRuns(
  { db, temporal, logger }: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>,
  ownRunId: string,
): Promise<string[]> {
  const ended: string[] = [];
  for (const run of await listRunningRuns(db, ownRunId)) {
    const end = await endOf(temporal, run);
    if (!end) continue;
    await finishRun(db, run.run_id, end.outcome, end.errors);
    logger.warn({ run_id: run.run_id, ...end }, 'a run whose workflow is no more was ended');
    ended.push(run.run_id);
  }
  return ended;
}

interface End {
  outcome: 'failed' | 'cancelled';
  errors: RunError[];
}

/** @returns null while the workflow runs */
async function endOf(client: Client, { workflow_id, run_id }: RunningRun): Promise<End | null> {
  const newest = await describe(client, workflow_id);
  // By its first execution: a workflow that somebody reset goes on under another run id.
  const isRunning = newest?.status.name === 'RUNNING';
  if (isRunning && firstRunOf(newest) === run_id) return null;
  const own = await describe(client, workflow_id, run_id);
  if (own?.status.name === 'RUNNING') return null;
  if (own?.status.name === 'CANCELLED') return { outcome: 'cancelled', errors: [] };
  const [code, message] = own
    ? [own.status.name.toLowerCase(), `Its workflow ended ${own.status.name} without ending it.`]
    : ['history_gone', 'Temporal does not know its workflow any more.'];
  return { outcome: 'failed', errors: [{ code, message, provider: null, account: null }] };
}

function firstRunOf(found: WorkflowExecutionDescription): string {
  return found.raw.workflowExecutionInfo?.firstRunId || found.runId;
}

async function describe(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
