import { requestId } from './identity.ts';
import type { DiscoveryRequest } from './scope.ts';

/** The task queue of the workers that run workflows and everything but a machine's own listing. */
export const DEFAULT_TASK_QUEUE = 'cmdb-discovery';

/** The name of the workflow that a discovery is, as the Temporal UI shows it. */
export const DISCOVERY_WORKFLOW = 'discoverInfrastructure';

/** Asks a discovery how far it is; answers `DiscoveryProgress`. */
export const PROGRESS_QUERY = 'progress';
/** Stops starting new listings until `RESUME_SIGNAL`; what runs is let finish. */
export const PAUSE_SIGNAL = 'pause';
export const RESUME_SIGNAL = 'resume';

export interface DiscoveryProgress {
  phase: 'planning' | 'discovering' | 'finished';
  paused: boolean;
  accounts_total: number;
  accounts_done: number;
}

/**
 * The workflow id of a discovery. The same request has the same id, so that asking for a discovery
 * that is running finds it instead of starting it twice; two installations that share a namespace
 * have task queues of their own, and do not find each other's.
 */
export function discoveryWorkflowId(request: DiscoveryRequest, taskQueue: string): string {
  const isFull = Object.values(request).every((list) => list === undefined);
  const id = isFull ? 'discovery' : `discovery-${requestId(request)}`;
  return taskQueue === DEFAULT_TASK_QUEUE ? id : `${id}@${taskQueue}`;
}
