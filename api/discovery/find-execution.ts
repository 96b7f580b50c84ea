import { type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import type { RunStatus } from '../../model/scope.ts';
import type { Temporal } from '../temporal.ts';

/** A discovery as Temporal knows it. */
export interface Execution {
  workflow_id: string;
  run_id: string;
  status: RunStatus;
  started_at: Date;
  finished_at: Date | null;
}

const STATUSES: Partial<Record<WorkflowExecutionDescription['status']['name'], RunStatus>> = {
  COMPLETED: 'completed',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
  TERMINATED: 'failed',
  TIMED_OUT: 'failed',
};

/**
 * Asks Temporal for a discovery.
 *
 * @param runId a run of it; the newest one when it is left out
 * @returns null when Temporal knows no discovery by that id
 * @throws {TemporalUnavailableError}
 */
export async function findExecution(
  temporal: Temporal,
  workflowId: string,
  runId?: string,
): Promise<Execution | null> {
  try {
    const found = await temporal.call(() =>
      temporal.client.workflow.getHandle(workflowId, runId).describe(),
    );
    if (found.type !== DISCOVERY_WORKFLOW) return null;
    return {
      workflow_id: found.workflowId,
      // The store knows a run by its first execution, also after somebody reset the workflow.
      run_id: found.raw.workflowExecutionInfo?.firstRunId || found.runId,
      status: STATUSES[found.status.name] ?? 'running',
      started_at: found.startTime,
      finished_at: found.closeTime ?? null,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * Finds the workflow of a run by the run alone. Temporal's index of runs lags behind a little, so
 * ask by both ids where both are known.
 *
 * @param runId a UUID
 * @throws {TemporalUnavailableError}
 */
export async function workflowIdOfRun(temporal: Temporal, runId: string): Promise<string | null> {
  return temporal.call(async () => {
    const found = temporal.client.workflow.list({ query: `RunId = '${runId}'`, pageSize: 1 });
    for await (const { workflowId } of found) return workflowId;
    return null;
  });
}
