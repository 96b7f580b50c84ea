import { asyncLocalStorage } from '@temporalio/activity';

/** Says of each line of the log in which activity it was written; nothing outside of one. */
export function activityContext(): Record<string, unknown> {
  const info = asyncLocalStorage.getStore()?.info;
  if (!info) return {};
  return {
    activity: info.activityType,
    attempt: info.attempt,
    ...(info.workflowExecution ? { workflow_id: info.workflowExecution.workflowId } : {}),
  };
}
