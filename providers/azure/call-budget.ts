import pLimit, { type LimitFunction } from 'p-limit';
import pThrottle from 'p-throttle';

/** How many calls may be on their way to one subscription. */
const CALLS_AT_ONCE = 10;

/**
 * The Resource Manager refills the reads of one principal in one subscription at 25 a second, with
 * 250 to begin with; see "Throttling Resource Manager requests", limits by token bucket. A quarter
 * of that is left to others who use the same credentials.
 */
const PACE = { limit: 190, interval: 10_000 };

type Call = () => Promise<unknown>;

/** The budget of one subscription: so many at once, and so many in any ten seconds. */
interface Share {
  limit: LimitFunction;
  paced: (call: Call) => Promise<unknown>;
}

/** Shares out calls between the slices of a subscription that a worker lists at the same time. */
export class CallBudget {
  /** Kept when idle, since a share that is forgotten starts to count anew. */
  readonly #shares = new Map<string, Share>();
  readonly #pace: typeof PACE;

  /** @param pace so many calls in so many milliseconds */
  constructor(pace = PACE) {
    this.#pace = pace;
  }

  /** Makes a call when it is its turn among those of the subscription. */
  async spend<T>(subscription: string, call: () => Promise<T>): Promise<T> {
    let share = this.#shares.get(subscription);
    if (!share) {
      const paced = pThrottle(this.#pace);
      share = { limit: pLimit(CALLS_AT_ONCE), paced: paced((next: Call) => next()) };
      this.#shares.set(subscription, share);
    }
    const { limit, paced } = share;
    return (await limit(() => paced(call))) as T;
  }
}
