import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { dropSchedule, scheduleHandle } from '../db/temporal/schedules.ts';
import { PRUNE_SCHEDULE, PRUNE_WORKFLOW } from '../model/history-workflow.ts';
import type { Sources } from '../model/sources.ts';

/** Between two full hours, at which discoveries begin. */
const CRON = '23 3 * * *';

/**
 * Brings the schedule of the daily pruning up to the sources file; where everything is kept for
 * ever there is none. It is ours alone: people change it in the file, and may pause it at Temporal.
 */
export async function ensurePruning(
  client: Client,
  taskQueue: string,
  { history, discovery }: Pick<Sources, 'history' | 'discovery'>,
): Promise<void> {
  const handle = scheduleHandle(client, taskQueue, PRUNE_SCHEDULE);
  if (history.keep_days === 'forever' && history.keep_runs_days === 'forever') {
    await dropSchedule(handle);
    return;
  }
  const wanted = {
    spec: {
      cronExpressions: [CRON],
      timezone: discovery.time_zone,
      jitter: '10 minutes' as const,
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: PRUNE_WORKFLOW,
      workflowId: `${taskQueue}/${PRUNE_SCHEDULE}`,
      args: [],
      taskQueue,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' as const },
  };
  try {
    await client.schedule.create({ scheduleId: handle.scheduleId, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await handle.update((current) => ({ ...current, ...wanted, state: current.state }));
  }
}
