import type { MiddlewareHandler } from 'hono';
import { Counter, Histogram, type Registry } from 'prom-client';
import { callOf } from '../access/call.ts';
import type { AppEnv } from '../http/router.ts';

/** From a cached item to an answer that is given up. */
const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.03, 0.05, 0.1, 0.3, 1, 3, 10, 30];

/** Measures requests by the pattern of their route: what is in a path is nobody's label. */
export function httpMetrics(registry: Registry): MiddlewareHandler<AppEnv> {
  const durations = new Histogram({
    name: 'cmdb_http_request_duration_seconds',
    help: 'Requests that were answered, until the answer began, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const cacheReads = new Counter({
    name: 'cmdb_cache_reads_total',
    help: 'Items that were asked for, by whether the cache had them.',
    labelNames: ['result'],
    registers: [registry],
  });
  return async (c, next) => {
    const stop = durations.startTimer();
    await next();
    const call = callOf(c);
    const route = call?.path.replaceAll(/:(\w+)/g, '{$1}') ?? 'unknown';
    stop({ method: call?.method ?? 'unknown', route, status: c.res.status });
    const cache = c.res.headers.get('x-cache');
    if (cache) cacheReads.inc({ result: cache.toLowerCase() });
  };
}
