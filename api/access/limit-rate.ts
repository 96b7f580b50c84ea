import type { RateLimiter } from '../../db/cache/rate-limiter.ts';
import { WINDOW_SECONDS } from '../../db/cache/rate-limiter.ts';
import type { Principal } from '../../model/access.ts';
import { addressOf } from '../http/address.ts';
import { Problem } from '../http/problem.ts';
import type { AppContext } from '../http/router.ts';

/**
 * Counts a request of somebody, and says in the answer what is left: RateLimit and
 * RateLimit-Policy, as draft-ietf-httpapi-ratelimit-headers-10 has them. Somebody on this machine is
 * not counted: there are quicker ways to keep one's own machine busy.
 *
 * @throws {Problem} `too-many-requests`
 */
export async function limitRate(
  limiter: RateLimiter | null,
  c: AppContext,
  principal: Principal,
): Promise<void> {
  if (!limiter || principal.kind === 'local') return;
  const headers = await take(limiter, `${principal.kind}:${principal.id}`);
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
}

/**
 * Counts a request that nobody is let in for, by its address. Whoever has a valid token behind the
 * same address is not held up by it.
 *
 * @throws {Problem} `too-many-requests`
 */
export async function limitStrangers(limiter: RateLimiter | null, c: AppContext): Promise<void> {
  if (limiter) await take(limiter, `address:${addressOf(c) ?? 'unknown'}`);
}

async function take(limiter: RateLimiter, key: string): Promise<Record<string, string>> {
  const { is_allowed, limit, remaining, reset_ms } = await limiter.take(key);
  const seconds = Math.max(1, Math.ceil(reset_ms / 1000));
  const headers = {
    'RateLimit-Policy': `"default";q=${limit};w=${WINDOW_SECONDS}`,
    RateLimit: `"default";r=${remaining};t=${seconds}`,
  };
  if (is_allowed) return headers;
  throw new Problem('too-many-requests', `At most ${limit} requests a minute are answered.`, {
    headers: { ...headers, 'Retry-After': String(seconds) },
  });
}
