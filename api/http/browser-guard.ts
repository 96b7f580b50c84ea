import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { hostIn, isLoopback } from '../loopback.ts';
import { Problem } from './problem.ts';

/**
 * Keeps other web sites out. An API on loopback trusts whoever is on the machine, but a page in
 * that person's browser is there, too: it could post to the API, or have its own name resolve to
 * 127.0.0.1 and read the inventory as if it were its own.
 *
 * @param onlyLoopback refuses every other host name; off where everybody needs a token, which a page
 *   of another site does not have
 * @param allowedOrigins of other sites that may write, such as `https://portal.example.com`
 */
export function browserGuard(
  onlyLoopback: boolean,
  allowedOrigins: readonly string[],
): MiddlewareHandler {
  return async (c, next) => {
    const url = new URL(c.req.url);
    if (onlyLoopback && !isLoopback(hostIn(url))) {
      throw new Problem('wrong-host', 'This API is served on loopback: ask for 127.0.0.1.');
    }
    const origin = c.req.header('origin');
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    const isForeign = origin !== undefined && hostOf(origin) !== url.host;
    if (!isRead && isForeign && !allowedOrigins.includes(origin)) {
      throw new Problem('forbidden-origin', 'Pages of other sites may not use this API.');
    }
    await next();
  };
}

/** Lets pages of these origins read answers; nothing is sent along by itself, such as cookies. */
export function crossOrigin(allowedOrigins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...allowedOrigins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match'],
    exposeHeaders: [
      'CMDB-Answered-By',
      'ETag',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  });
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
