import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { DISCOVERY_WORKFLOW, discoveryWorkflowId } from '../../model/discovery-workflow.ts';
import type { Overlap, ScheduleDefinition } from '../../model/schedule.ts';

/** A schedule as Temporal runs it. */
export interface ScheduleActivity {
  paused: boolean;
  /** Why it is paused, or was resumed. */
  note: string | null;
  next_runs: Date[];
  /** The newest last. */
  recent_runs: Array<{
    workflow_id: string;
    run_id: string;
    due_at: Date;
    started_at: Date;
  }>;
  running: Array<{ workflow_id: string; run_id: string }>;
  /** Runs that were due while the one before was running, and left out for it. */
  skipped: number;
  /** Runs that were due while Temporal or its workers were away for too long. */
  missed: number;
}

export const OVERLAP_POLICIES = {
  skip: ScheduleOverlapPolicy.SKIP,
  buffer_one: ScheduleOverlapPolicy.BUFFER_ONE,
  buffer_all: ScheduleOverlapPolicy.BUFFER_ALL,
  cancel_other: ScheduleOverlapPolicy.CANCEL_OTHER,
  terminate_other: ScheduleOverlapPolicy.TERMINATE_OTHER,
  allow_all: ScheduleOverlapPolicy.ALLOW_ALL,
} as const satisfies Record<Overlap, ScheduleOverlapPolicy>;

/**
 * The schedule with an id of ours. Its name at Temporal begins with the task queue, so that two
 * installations that share a namespace do not find each other's.
 */
export function scheduleHandle(client: Client, taskQueue: string, scheduleId: string) {
  return client.schedule.getHandle(`${taskQueue}/${scheduleId}`);
}

/**
 * Makes a schedule, or brings the one that is there up to its definition; whether it is paused
 * stays as people left it. Several processes may do so at once.
 *
 * @param paused how a schedule that is made begins
 * @throws {TypeError} when Temporal cannot read the cron expression or the time zone
 */
export async function putSchedule(
  client: Client,
  taskQueue: string,
  schedule: ScheduleDefinition & { schedule_id: string },
  paused = false,
): Promise<void> {
  const handle = scheduleHandle(client, taskQueue, schedule.schedule_id);
  const { cron, time_zone, jitter_seconds, overlap, request } = schedule;
  const wanted = {
    spec: { cronExpressions: [cron], timezone: time_zone, jitter: jitter_seconds * 1000 },
    action: {
      type: 'startWorkflow' as const,
      workflowType: DISCOVERY_WORKFLOW,
      workflowId: discoveryWorkflowId(request, taskQueue),
      args: [request],
      taskQueue,
    },
    policies: {
      overlap: OVERLAP_POLICIES[overlap],
      // After an outage one late run is enough; the default would make up for a year.
      catchupWindow: '10 minutes' as const,
    },
  };
  try {
    const state = { paused, ...(paused ? { note: 'It was paused when it was made.' } : {}) };
    await client.schedule.create({ scheduleId: handle.scheduleId, ...wanted, state });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await handle.update((current) => ({ ...current, ...wanted, state: current.state }));
  }
}

/** Removes a schedule; what it started goes on. One that is not there is removed already. */
export async function dropSchedule(handle: ScheduleHandle): Promise<void> {
  try {
    await handle.delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** @returns null when Temporal does not have it */
export async function readSchedule(handle: ScheduleHandle): Promise<ScheduleActivity | null> {
  try {
    return toActivity(await handle.describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

function toActivity({ state, info }: ScheduleDescription): ScheduleActivity {
  return {
    paused: state.paused,
    note: state.note || null,
    next_runs: info.nextActionTimes,
    recent_runs: info.recentActions.map(({ scheduledAt, takenAt, action: { workflow } }) => ({
      workflow_id: workflow.workflowId,
      run_id: workflow.firstExecutionRunId,
      due_at: scheduledAt,
      started_at: takenAt,
    })),
    running: info.runningActions.map(({ workflow }) => ({
      workflow_id: workflow.workflowId,
      run_id: workflow.firstExecutionRunId,
    })),
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
  };
}
