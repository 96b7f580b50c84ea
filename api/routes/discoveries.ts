import { createRoute, z } from '@hono/zod-openapi';
import { listRunSlices } from '../../db/postgres/get-run.ts';
import { listRuns } from '../../db/postgres/list-runs.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { askProgress } from '../discovery/ask-progress.ts';
import {
  discoveryDocument,
  discoverySchema,
  discoverySummary,
  discoverySummarySchema,
} from '../discovery/discovery-document.ts';
import { findDiscovery } from '../discovery/find-discovery.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { plainText, queryOf, wholeNumber } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

export const discoveryIdParam = z.object({
  id: plainText.meta({
    description: 'A run id, or a workflow id, which stands for its newest run.',
  }),
});

export const workflowIdQuery = plainText.optional().meta({
  description: 'The workflow of the run: finds a run that has only just been started.',
});

const discoveriesSchema = z
  .object({ items: z.array(discoverySummarySchema) })
  .meta({ id: 'Discoveries' });

export const listRoute = createRoute({
  method: 'get',
  path: '/discoveries',
  ...needs('reader'),
  tags: ['Discovery'],
  summary: 'The newest discoveries',
  request: { query: queryOf({ limit: wholeNumber(1, 100, 20) }) },
  responses: {
    200: jsonResponse(discoveriesSchema, 'The newest first.'),
    ...problemResponses('invalid-request', 'component-unavailable'),
  },
});

export const oneRoute = createRoute({
  method: 'get',
  path: '/discoveries/{id}',
  ...needs('reader'),
  tags: ['Discovery'],
  summary: 'A discovery and how far it is',
  request: {
    params: discoveryIdParam,
    query: queryOf({
      workflow_id: workflowIdQuery,
      limit: wholeNumber(1, 10_000, 1000),
    }),
  },
  responses: {
    200: jsonResponse(discoverySchema, 'With its slices, as far as they are planned.'),
    ...problemResponses('invalid-request', 'not-found', 'component-unavailable'),
  },
});

/** Discoveries, as the store and Temporal tell them. */
export function discoveryRoutes(deps: AppDeps) {
  const { db, temporal } = deps;
  const app = createRouter();
  app.openapi(listRoute, async (c) => {
    const runs = await listRuns(db, c.req.valid('query').limit);
    const items = runs.map((run) =>
      discoverySummary(run, temporal.uiUrl(run.workflow_id, run.run_id)),
    );
    return c.json(answerOf(deps, discoveriesSchema, { items }), 200);
  });
  app.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { workflow_id, limit } = c.req.valid('query');
    const discovery = await findDiscovery(deps, id, workflow_id);
    if (!discovery) throw unknownDiscovery(id);
    const { workflow_id: workflowId, run_id: runId } = discovery;
    const [slices, told] = await Promise.all([
      listRunSlices(db, runId, limit + 1),
      discovery.status === 'running' ? askProgress(temporal, workflowId, runId) : null,
    ]);
    const uiUrl = temporal.uiUrl(workflowId, runId);
    const document = discoveryDocument(discovery, uiUrl, told, slices, limit);
    return c.json(answerOf(deps, discoverySchema, document), 200);
  });
  return app;
}

export function unknownDiscovery(id: string): Problem {
  const message = `There is no discovery "${id}", neither as a run nor as a workflow.`;
  return new Problem('not-found', message, { errors: [{ field: 'id', message: 'is not known' }] });
}
