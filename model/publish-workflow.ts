/** The name of the workflow that brings relationships, graph and cache up to the last commit. */
export const PUBLISH_WORKFLOW = 'publishChanges';

/** Tells it that there are new commits; it is started by the first. */
export const PUBLISH_SIGNAL = 'publish';

/**
 * Its workflow id: one at a time for an installation, which a task queue stands for.
 */
export function publishWorkflowId(taskQueue: string): string {
  return `publish-changes/${taskQueue}`;
}
