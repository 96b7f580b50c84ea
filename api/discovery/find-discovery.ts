import { validate as isUuid } from 'uuid';
import { getRun, type Run } from '../../db/postgres/get-run.ts';
import type { AppDeps } from '../app-deps.ts';
import { TemporalUnavailableError } from '../temporal.ts';
import { type Execution, findExecution, workflowIdOfRun } from './find-execution.ts';

/** A discovery as its plan tells it; a plan that is not written yet is null. */
export interface Discovery extends Omit<Run, 'request'> {
  request: Run['request'] | null;
}

/**
 * Finds a discovery by what the store and Temporal know of it. The store has its plan and its
 * slices; Temporal knows first that it began, and alone knows when it was ended from outside.
 *
 * @param id a run id, or a workflow id, which stands for its newest run
 * @param workflowId the workflow of the run, which finds a run that has just been started
 * @returns null when neither knows it
 * @throws {TemporalUnavailableError} when the store does not know it and Temporal cannot be asked
 */
export async function findDiscovery(
  deps: Pick<AppDeps, 'db' | 'temporal'>,
  id: string,
  workflowId?: string,
): Promise<Discovery | null> {
  const { db, temporal } = deps;
  const run = await getRun(db, id);
  if (run && isUuid(id) && run.status !== 'running') return run;
  const asked = await askTemporal(temporal, id, run?.workflow_id ?? workflowId);
  if (asked instanceof TemporalUnavailableError) {
    if (run) return run;
    throw asked;
  }
  // Its history is gone: whatever the store says was running is not.
  if (!asked) return run?.status === 'running' ? { ...run, status: 'failed' } : run;

  // Read again: it may have been planned, or have ended in good order, since it was read above.
  const current = await getRun(db, asked.run_id);
  if (!current) return withoutPlan(asked);
  return current.status === 'running'
    ? { ...current, status: asked.status, finished_at: asked.finished_at }
    : current;
}

async function askTemporal(
  temporal: AppDeps['temporal'],
  id: string,
  knownWorkflowId: string | undefined,
): Promise<Execution | null | TemporalUnavailableError> {
  try {
    if (!isUuid(id)) return await findExecution(temporal, id);
    const workflowId = knownWorkflowId ?? (await workflowIdOfRun(temporal, id));
    return workflowId ? await findExecution(temporal, workflowId, id) : null;
  } catch (error) {
    if (error instanceof TemporalUnavailableError) return error;
    throw error;
  }
}

function withoutPlan(execution: Execution): Discovery {
  return { ...execution, request: null, errors: [], slices_total: 0, slices_done: 0 };
}
