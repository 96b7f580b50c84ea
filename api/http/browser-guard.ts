import type { MiddlewareHandler } from 'hono';
import { hostIn, isLoopback } from '../loopback.ts';
import { Problem } from './problem.ts';

/**
 * Keeps other web sites out. An API on loopback trusts whoever is on the machine, but a page in
 * that person's browser is there, too: it could post to the API, or have its own name resolve to
 * 127.0.0.1 and read the inventory as if it were its own.
 *
 * @param onlyLoopback refuses every other host name; off where everybody needs a token, which a page
 *   of another site does not have
 */
export function browserGuard(onlyLoopback: boolean): MiddlewareHandler {
  return async (c, next) => {
    const url = new URL(c.req.url);
    if (onlyLoopback && !isLoopback(hostIn(url))) {
      throw new Problem('wrong-host', 'This API is served on loopback: ask for 127.0.0.1.');
    }
    const origin = c.req.header('origin');
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!isRead && origin !== undefined && hostOf(origin) !== url.host) {
      throw new Problem('forbidden-origin', 'Pages of other sites may not use this API.');
    }
    await next();
  };
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
