import { heartbeat } from '@temporalio/activity';

/** More often than any heartbeat timeout by far; the SDK itself thins out what it sends. */
const INTERVAL_MS = 2_000;

/**
 * Heartbeats for as long as `work` goes on, so that a lost worker is noticed soon, and a step
 * that is merely long is not taken for lost.
 *
 * @param details what a later attempt needs to go on where this one stopped
 */
export async function beating<T>(details: () => unknown, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(details()), INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
