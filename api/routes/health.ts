import { createRoute, z } from '@hono/zod-openapi';
import { openToAll } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { checkComponents } from '../check-components.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { createRouter } from '../http/router.ts';

const componentSchema = z
  .object({
    status: z.enum(['up', 'down', 'disabled']),
    latency_ms: z.int().nonnegative().nullable(),
    error: z.string().optional(),
    behind: z.int().nonnegative().optional().meta({
      description: 'Commits that the graph has not taken over yet.',
    }),
  })
  .meta({ id: 'ComponentHealth' });

const readinessSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    components: z.object({
      postgres: componentSchema,
      neo4j: componentSchema,
      redis: componentSchema,
      temporal: componentSchema,
      worker: componentSchema.meta({
        description: 'Whether a worker asks for discoveries to run; answers need none.',
      }),
    }),
  })
  .meta({ id: 'Readiness' });

const livenessSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });

export const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  ...openToAll,
  tags: ['Health'],
  summary: 'Whether the process answers',
  responses: { 200: jsonResponse(livenessSchema, 'It does.') },
});

export const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  ...openToAll,
  tags: ['Health'],
  summary: 'Whether requests can be answered, and how each component is',
  description: 'Without Neo4j or Redis everything is answered, slower: degraded, but ready.',
  responses: {
    200: jsonResponse(readinessSchema, 'They can.'),
    503: jsonResponse(readinessSchema, 'PostgreSQL or Temporal is not there.'),
  },
});

/** Health for load balancers and people. */
export function healthRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(liveRoute, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(readyRoute, async (c) => {
    const readiness = answerOf(deps, readinessSchema, await checkComponents(deps));
    return c.json(readiness, readiness.status === 'unavailable' ? 503 : 200);
  });
  return app;
}
