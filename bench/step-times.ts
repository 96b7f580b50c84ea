import type { Client } from '@temporalio/client';

/** When one kind of activity of a run ran, from the start of the run, and how long all took. */
export interface StepTime {
  readonly activity: string;
  readonly count: number;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly sum_ms: number;
}

interface Started {
  activity: string;
  at_ms: number;
}

/** Reads from the histories of a run and its children what each step took. */
export async function stepTimes(client: Client, workflowId: string): Promise<StepTime[]> {
  const steps = new Map<string, { count: number; from: number; to: number; sum: number }>();
  let begin = Number.POSITIVE_INFINITY;
  const waiting = [workflowId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    const names = new Map<string, string>();
    const started = new Map<string, Started>();
    for (const event of events ?? []) {
      const at = Number(event.eventTime?.seconds) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
      begin = Math.min(begin, at);
      const child = event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId;
      if (child) waiting.push(child);
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled) names.set(String(event.eventId), scheduled.activityType?.name ?? '');
      const start = event.activityTaskStartedEventAttributes;
      if (start) {
        const scheduledId = String(start.scheduledEventId);
        started.set(scheduledId, { activity: names.get(scheduledId) ?? '', at_ms: at });
      }
      const end = event.activityTaskCompletedEventAttributes;
      const run = end && started.get(String(end.scheduledEventId));
      if (!run) continue;
      const step = steps.get(run.activity) ?? { count: 0, from: run.at_ms, to: 0, sum: 0 };
      step.count += 1;
      step.from = Math.min(step.from, run.at_ms);
      step.to = Math.max(step.to, at);
      step.sum += at - run.at_ms;
      steps.set(run.activity, step);
    }
  }
  return [...steps].map(([activity, { count, from, to, sum }]) => ({
    activity,
    count,
    from_ms: Math.round(from - begin),
    to_ms: Math.round(to - begin),
    sum_ms: Math.round(sum),
  }));
}
