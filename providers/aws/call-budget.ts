import pLimit, { type LimitFunction } from 'p-limit';

/**
 * How many calls may be on their way to one service of one account in one region. AWS refills its
 * buckets by account, region and action – most describe actions of EC2 at 10 to 20 a second, Route
 * 53 at 5 over all – and a call takes 0.1 to 1 s.
 */
const CALLS_AT_ONCE = 5;

/**
 * Shares out calls between the slices that a worker lists at the same time, so that they do not
 * throttle each other. What is throttled all the same (other workers, other programs) is tried
 * again by the SDK, then by Temporal.
 */
export class CallBudget {
  readonly #limits = new Map<string, LimitFunction>();

  /** Makes a call when it is its turn among those with the same key. */
  async spend<T>(key: string, call: () => Promise<T>): Promise<T> {
    let limit = this.#limits.get(key);
    if (!limit) {
      limit = pLimit(CALLS_AT_ONCE);
      this.#limits.set(key, limit);
    }
    try {
      return await limit(call);
    } finally {
      // Thousands of accounts times regions pass through a worker: what is idle is forgotten.
      const isIdle = limit.activeCount === 0 && limit.pendingCount === 0;
      if (isIdle && this.#limits.get(key) === limit) this.#limits.delete(key);
    }
  }
}
