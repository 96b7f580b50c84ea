import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { openRedis } from './redis.ts';

/** What is left to somebody after a request. */
export interface Allowance {
  is_allowed: boolean;
  /** Requests in a window. */
  limit: number;
  remaining: number;
  /** Until the window ends and everything is allowed again. */
  reset_ms: number;
}

/** Counts requests by key, in windows of a minute. */
export interface RateLimiter {
  take(key: string): Promise<Allowance>;
  close(): void;
}

export const WINDOW_SECONDS = 60;

/**
 * Makes a limiter that all replicas share over Redis. Without Redis, or while it is away, each
 * counts for itself: nobody is let off, nor refused because of it.
 *
 * @param url null where there is no Redis
 * @param limit requests of a key in a minute
 */
export function createRateLimiter(
  url: string | null,
  limit: number,
  onError: (error: Error) => void,
): RateLimiter {
  const settings = { keyPrefix: 'limit', points: limit, duration: WINDOW_SECONDS };
  const memory = new RateLimiterMemory(settings);
  const redis = url === null ? null : openRedis(url, onError);
  const limiter: RateLimiterAbstract = redis
    ? new RateLimiterRedis({
        ...settings,
        storeClient: redis,
        insuranceLimiter: memory,
        rejectIfRedisNotReady: true,
      })
    : memory;
  return {
    async take(key) {
      try {
        return allowance(await limiter.consume(key), limit, true);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return allowance(refusal, limit, false);
        throw refusal;
      }
    },
    close: () => redis?.disconnect(),
  };
}

function allowance(
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  limit: number,
  isAllowed: boolean,
): Allowance {
  return {
    is_allowed: isAllowed,
    limit,
    remaining: Math.max(remainingPoints, 0),
    reset_ms: Math.max(msBeforeNext, 0),
  };
}
