import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { AppEnv } from './router.ts';

/**
 * Gives each request an id and logs how it ended. Queries are left out: a tag that somebody
 * filters by may be nobody else's business.
 */
export function accessLog(log: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const requestId = randomUUID();
    const began = performance.now();
    c.set('request_id', requestId);
    await next();
    c.header('X-Request-Id', requestId);
    const entry = {
      request_id: requestId,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round(performance.now() - began),
    };
    // Probes come every few seconds and say nothing while they are well.
    if (c.req.path.startsWith('/health/') && c.res.ok) log.debug(entry, 'request');
    else log.info(entry, 'request');
  };
}
