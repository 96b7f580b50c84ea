import pLimit, { type LimitFunction } from 'p-limit';
import pThrottle from 'p-throttle';

/** How many calls may be on their way to one subscription. */
const CALLS_AT_ONCE = 10;

/**
 * The Resource Manager refills the reads of one principal in one subscription at 25 a second, with
 * 250 to begin with; see "Throttling Resource Manager requests", limits by token bucket.
 */
const CALLS_PER_SECOND = 20;

type Call = () => Promise<unknown>;

/** The budget of one subscription: so many at once, and so many a second. */
interface Share {
  limit: LimitFunction;
  paced: (call: Call) => Promise<unknown>;
}

/** Shares out calls between the slices of a subscription that a worker lists at the same time. */
export class CallBudget {
  readonly #shares = new Map<string, Share>();

  /** Makes a call when it is its turn among those of the subscription. */
  async spend<T>(subscription: string, call: () => Promise<T>): Promise<T> {
    let share = this.#shares.get(subscription);
    if (!share) {
      const paced = pThrottle({ limit: CALLS_PER_SECOND, interval: 1_000 });
      share = { limit: pLimit(CALLS_AT_ONCE), paced: paced((next: Call) => next()) };
      this.#shares.set(subscription, share);
    }
    const { limit, paced } = share;
    try {
      return (await limit(() => paced(call))) as T;
    } finally {
      const isIdle = limit.activeCount === 0 && limit.pendingCount === 0;
      if (isIdle && this.#shares.get(subscription) === share) this.#shares.delete(subscription);
    }
  }
}
