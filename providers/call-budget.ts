import pLimit, { type LimitFunction } from 'p-limit';
import pThrottle from 'p-throttle';

/** What a provider's API stands. */
export interface CallLimits {
  calls_at_once: number;
  calls_per_second: number;
}

/** Longer than the second over which calls are counted. */
const FORGET_AFTER_MS = 2_000;

type Call = () => Promise<unknown>;

/** The budget of one key: so many at once, and so many a second. */
interface Share {
  limit: LimitFunction;
  paced: (call: Call) => Promise<unknown>;
  forgetting?: NodeJS.Timeout;
}

/**
 * Shares out calls between the slices that a worker lists at the same time, so that they do not
 * throttle each other. What is throttled all the same (other workers, other programs) is tried
 * again by the provider's client, then by Temporal.
 */
export class CallBudget {
  readonly #limits: CallLimits;
  readonly #shares = new Map<string, Share>();

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  /**
   * Makes a call when it is its turn among those with the same key, which share a rate.
   *
   * @param perSecond where fewer are allowed than elsewhere
   */
  async spend<T>(
    key: string,
    call: () => Promise<T>,
    perSecond = this.#limits.calls_per_second,
  ): Promise<T> {
    let share = this.#shares.get(key);
    if (!share) {
      const paced = pThrottle({ limit: perSecond, interval: 1_000 });
      share = { limit: pLimit(this.#limits.calls_at_once), paced: paced((next: Call) => next()) };
      this.#shares.set(key, share);
    }
    const { limit, paced } = share;
    try {
      return (await limit(() => paced(call))) as T;
    } finally {
      this.#forgetWhenIdle(key, share);
    }
  }

  /**
   * Thousands of accounts times regions pass through a worker: what is idle is forgotten, but not
   * before its last second is over, or calls one after another would never be paced.
   */
  #forgetWhenIdle(key: string, share: Share): void {
    clearTimeout(share.forgetting);
    share.forgetting = setTimeout(() => {
      const isIdle = share.limit.activeCount === 0 && share.limit.pendingCount === 0;
      if (isIdle) this.#shares.delete(key);
    }, FORGET_AFTER_MS);
    share.forgetting.unref();
  }
}
