import pLimit, { type LimitFunction } from 'p-limit';
import pThrottle from 'p-throttle';

/** How many calls may be on their way to one service of one account in one region. */
const CALLS_AT_ONCE = 5;

/**
 * AWS refills its buckets by account, region and action – most describe actions of EC2 at 10 to 20
 * a second, with 50 to 100 to begin with; see "Request throttling for the Amazon EC2 API".
 */
const CALLS_PER_SECOND = 20;

/**
 * Services that allow an account less, by the SDK's class. Route 53: five requests of any kind, see
 * "Quotas" in its developer guide. API Gateway: ten, see "quotas for creating … and managing an API".
 */
const FEWER_PER_SECOND: Readonly<Record<string, number>> = {
  APIGatewayClient: 10,
  ApiGatewayV2Client: 10,
  Route53Client: 5,
};

/** How many calls a second a client of the SDK may make. */
export function callsPerSecond(service: string): number {
  return FEWER_PER_SECOND[service] ?? CALLS_PER_SECOND;
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
 * again by the SDK, then by Temporal.
 */
export class CallBudget {
  readonly #shares = new Map<string, Share>();

  /** Makes a call when it is its turn among those with the same key, which share a rate. */
  async spend<T>(key: string, call: () => Promise<T>, perSecond = CALLS_PER_SECOND): Promise<T> {
    let share = this.#shares.get(key);
    if (!share) {
      const paced = pThrottle({ limit: perSecond, interval: 1_000 });
      share = { limit: pLimit(CALLS_AT_ONCE), paced: paced((next: Call) => next()) };
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
