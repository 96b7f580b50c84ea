import { QueryNotRegisteredError, QueryRejectedError, ServiceError } from '@temporalio/client';
import { type DiscoveryProgress, PROGRESS_QUERY } from '../../model/discovery-workflow.ts';
import { type Temporal, TemporalUnavailableError } from '../temporal.ts';

/** A worker answers in milliseconds; where none is there, an answer without it is due soon. */
const DEADLINE_MS = 1_000;

/** @returns how far a running discovery says it is; null when no worker answers just now */
export async function askProgress(
  temporal: Temporal,
  workflowId: string,
  runId: string,
): Promise<DiscoveryProgress | null> {
  try {
    return await temporal.call(
      () =>
        temporal.client.workflow
          .getHandle(workflowId, runId)
          .query<DiscoveryProgress>(PROGRESS_QUERY),
      DEADLINE_MS,
    );
  } catch (error) {
    const isUnanswered =
      error instanceof TemporalUnavailableError ||
      error instanceof ServiceError ||
      error instanceof QueryNotRegisteredError ||
      error instanceof QueryRejectedError;
    if (isUnanswered) return null;
    throw error;
  }
}
