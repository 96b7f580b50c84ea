import { createRoute, z } from '@hono/zod-openapi';
import type { Registry } from 'prom-client';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { noQuery } from '../http/parameters.ts';
import { problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { storeMetrics } from '../metrics/store-metrics.ts';

const route = createRoute({
  method: 'get',
  path: '/metrics',
  ...needs('reader'),
  tags: ['Health'],
  summary: 'Metrics for Prometheus',
  request: { query: noQuery },
  responses: {
    200: {
      description: 'In the text format, version 0.0.4.',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problemResponses('invalid-request'),
  },
});

/** `GET /metrics`: what this replica has measured, and what the store tells. */
export function metricsRoutes(deps: Pick<AppDeps, 'db'>, registry: Registry) {
  const refresh = storeMetrics(registry, deps.db);
  const app = createRouter();
  app.openapi(route, async (c) => {
    await refresh();
    return c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
  return app;
}
