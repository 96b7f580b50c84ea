import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import { callOf } from '../access/call.ts';
import type { AppEnv } from './router.ts';

const tracer = trace.getTracer('cmdb-api');

/**
 * Makes a span of each request, in the caller's trace where it tells of one. Queries are left out,
 * as in the log: what somebody filters by may be nobody else's business.
 */
export function requestSpans(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const call = callOf(c);
    const route = call?.path.replaceAll(/:(\w+)/g, '{$1}') ?? 'unknown';
    const parent = propagation.extract(context.active(), c.req.header());
    const attributes = {
      'http.request.method': c.req.method,
      'http.route': route,
      'url.path': c.req.path,
    };
    const options = { kind: SpanKind.SERVER, attributes };
    await tracer.startActiveSpan(`${c.req.method} ${route}`, options, parent, async (span) => {
      try {
        await next();
        span.setAttribute('http.response.status_code', c.res.status);
        span.setAttribute('cmdb.request_id', c.get('request_id'));
        if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      } finally {
        span.end();
      }
    });
  };
}
