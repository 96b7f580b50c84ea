import type { Client } from '@temporalio/client';

/**
 * What a workflow and its children wait for, for the message of a test that has waited too long: the
 * activities with their attempts and last failures, and a workflow task that nobody completes.
 */
export async function pendingOf(client: Client, workflowId: string): Promise<string> {
  const { raw, status } = await client.workflow.getHandle(workflowId).describe();
  const activities = (raw.pendingActivities ?? []).map(
    ({ activityType, state, attempt, lastFailure }) =>
      `${activityType?.name} in state ${state}, attempt ${attempt}: ${lastFailure?.message ?? 'no failure'}`,
  );
  const task = raw.pendingWorkflowTask;
  const children = await Promise.all(
    (raw.pendingChildren ?? []).map((child) => pendingOf(client, child.workflowId ?? '')),
  );
  return [
    `${workflowId} is ${status.name}, ${raw.workflowExecutionInfo?.historyLength} events`,
    ...(task ? [`workflow task in state ${task.state}, attempt ${task.attempt}`] : []),
    ...activities,
    ...children,
  ].join('\n');
}
