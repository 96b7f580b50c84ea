import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { bundleWorkflows } from './bundle-workflows.ts';
import type { WorkerTracing } from './tracing/worker-tracing.ts';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: Activities;
  /** The task queue of this machine's own listings; null where it is not discovered. */
  hostTaskQueue: string | null;
  /** Null, or left out: no spans are made. */
  tracing?: WorkerTracing | null;
}

/**
 * Activities at once. They wait for sources and stores most of the time; the memory of a page each
 * is what bounds the number.
 */
const MAX_ACTIVITIES = 100;
/** A machine lists itself with programs of its own: more than a few at once only compete. */
const MAX_HOST_ACTIVITIES = 5;

/** Time for running activities to heartbeat and stop, before the process is made to end. */
const SHUTDOWN_GRACE = '15 seconds';
const SHUTDOWN_FORCE = '25 seconds';

/**
 * Makes the workers of this process: one for workflows and activities, and one that lists this
 * machine, on a task queue that no other machine serves.
 */
export async function createWorkers(options: WorkerOptions): Promise<Worker[]> {
  const { connection, namespace, taskQueue, activities, hostTaskQueue, tracing } = options;
  const shared = {
    connection,
    namespace,
    activities,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    // Half of the listing's heartbeat timeout at most, or a resumed listing redoes many pages.
    maxHeartbeatThrottleInterval: '1 second',
    ...(tracing ? { interceptors: { activity: tracing.activity }, sinks: tracing.sinks } : {}),
  } as const;
  await using workflows = await bundleWorkflows({ is_traced: Boolean(tracing) });
  const main = await Worker.create({
    ...shared,
    taskQueue,
    workflowBundle: { codePath: workflows.codePath },
    maxCachedWorkflows: 200,
    maxConcurrentActivityTaskExecutions: MAX_ACTIVITIES,
  });
  if (hostTaskQueue === null) return [main];
  const { collectSlices, collectSlice } = activities;
  const host = await Worker.create({
    ...shared,
    taskQueue: hostTaskQueue,
    activities: { collectSlices, collectSlice },
    maxConcurrentActivityTaskExecutions: MAX_HOST_ACTIVITIES,
  });
  return [main, host];
}
