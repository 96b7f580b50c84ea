import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { COLLECT_MAX_ATTEMPTS } from '../model/retries.ts';

/** First retry after a second, then twice as long each time, a minute at most. */
const BACKOFF = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' };

/** Short reads and writes of our own store, worth waiting for while it is away. */
export const store = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '30 minutes',
  retry: BACKOFF,
} satisfies ActivityOptions);

/**
 * Asking the sources what there is to scan: some calls for each account, so minutes for an
 * organization. Its end is waited for when it is cancelled: what it writes must not come later than
 * the end of its run.
 */
export const planning = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  scheduleToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds',
  retry: BACKOFF,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Set-based work over many rows. A lost worker is noticed by the missing heartbeat. */
export const bulk = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds',
  retry: { ...BACKOFF, maximumAttempts: 5 },
});

/**
 * Neo4j may be away: the run does not wait long for it, since the outbox keeps what it has not
 * got and the next run goes on there.
 */
export const publish = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds',
  retry: { ...BACKOFF, maximumAttempts: 4 },
});

/**
 * Delivering to a receiver, for as long as its activity wants to. It counts attempts itself, in the
 * store: what is retried here is our own trouble.
 */
export const delivering = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: BACKOFF,
});

/**
 * The same where no discovery waits for it: for an hour, after which the next discovery, or the next
 * person's change, goes on there.
 */
export const publishPatiently = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds',
  retry: BACKOFF,
});

/** Waiting for another run, for as long as that takes. */
export const waiting = proxyActivities<Activities>({
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '15 seconds',
  retry: BACKOFF,
});

/**
 * Listing a large slice, or some small ones. A lost worker is noticed by the missing heartbeat, and the
 * next attempt goes on at the pages that the last heartbeat names.
 *
 * @param taskQueue null for any worker; a machine's own for what only that machine can list
 */
export function collector(taskQueue: string | null, summary: string) {
  return proxyActivities<Activities>({
    ...(taskQueue === null ? {} : { taskQueue, scheduleToStartTimeout: '1 minute' }),
    startToCloseTimeout: '20 minutes',
    scheduleToCloseTimeout: '2 hours',
    heartbeatTimeout: '10 seconds',
    retry: { ...BACKOFF, maximumAttempts: COLLECT_MAX_ATTEMPTS },
    summary,
  });
}
