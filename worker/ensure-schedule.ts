import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { DISCOVERY_WORKFLOW, discoveryWorkflowId } from '../model/discovery-workflow.ts';
import type { Sources } from '../model/sources.ts';

const SCHEDULE_ID = 'discovery';

/**
 * Brings the Temporal Schedule of full discoveries up to the sources file: made, changed, or
 * removed if the file says `off`. Several workers may do so at once.
 */
export async function ensureSchedule(
  client: Client,
  taskQueue: string,
  { schedule, time_zone }: Sources['discovery'],
): Promise<void> {
  const handle = client.schedule.getHandle(SCHEDULE_ID);
  if (schedule === 'off') {
    if (await exists(client)) await handle.delete();
    return;
  }
  const wanted = {
    spec: { cronExpressions: [schedule], timezone: time_zone, jitter: '30 seconds' as const },
    action: {
      type: 'startWorkflow' as const,
      workflowType: DISCOVERY_WORKFLOW,
      workflowId: discoveryWorkflowId({}),
      args: [{}],
      taskQueue,
    },
    policies: {
      // A discovery that takes longer than its interval is not run twice side by side.
      overlap: ScheduleOverlapPolicy.SKIP,
      // After an outage one late run is enough; the default would make up for a year.
      catchupWindow: '10 minutes' as const,
    },
  };
  try {
    await client.schedule.create({ scheduleId: SCHEDULE_ID, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await handle.update((current) => ({ ...current, ...wanted, state: current.state }));
  }
}

async function exists(client: Client): Promise<boolean> {
  for await (const schedule of client.schedule.list()) {
    if (schedule.scheduleId === SCHEDULE_ID) return true;
  }
  return false;
}
