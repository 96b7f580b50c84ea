import { createRoute, z } from '@hono/zod-openapi';
import { type DiscoveryRequest, discoveryRequestSchema } from '../../model/scope.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { startDiscovery } from '../discovery/start-discovery.ts';
import { storableRequestSchema } from '../discovery/storable-request.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { noQuery } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { type AppContext, createRouter, invalidRequest } from '../http/router.ts';

const startedSchema = z
  .object({
    workflow_id: z.string(),
    run_id: z.uuid(),
    status_url: z.string().meta({ description: 'Where its progress is; also in Location.' }),
    temporal_ui_url: z.url().nullable(),
    already_running: z
      .boolean()
      .meta({ description: 'The same discovery was running; this is that one.' }),
  })
  .meta({ id: 'StartedDiscovery' });

export const route = createRoute({
  method: 'post',
  path: '/discover',
  ...needs('operator'),
  tags: ['Discovery'],
  summary: 'Start a discovery',
  description:
    'Answers at once; the discovery goes on by itself. Without a body everything that is ' +
    'configured is discovered. While the same discovery is running, it is joined.',
  request: {
    query: noQuery,
    body: { content: { 'application/json': { schema: discoveryRequestSchema } } },
  },
  responses: {
    202: {
      ...jsonResponse(startedSchema, 'It runs.'),
      headers: z.object({ Location: z.string() }),
    },
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'body-too-large',
      'unsupported-media-type',
      'component-unavailable',
    ),
  },
});

/** The contract's `POST /discover`. */
export function discoverRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openAPIRegistry.registerPath(route);
  // The body is read here: the generated reader knows no body that may be empty.
  app.post(route.path, async (c) => {
    const query = noQuery.safeParse(c.req.query());
    if (!query.success) throw invalidRequest(query.error.issues);
    const request = await readRequest(c);
    const started = await startDiscovery(deps, request);
    const { workflow_id, run_id } = started;
    // The workflow is named as well: a run this young is found only by both.
    const status_url = `/api/v3/cmdb/discoveries/${run_id}?${new URLSearchParams({ workflow_id })}`;
    const temporal_ui_url = deps.temporal.uiUrl(workflow_id, run_id);
    const answer = answerOf(deps, startedSchema, { ...started, status_url, temporal_ui_url });
    return c.json(answer, 202, { Location: status_url });
  });
  return app;
}

async function readRequest(c: AppContext): Promise<DiscoveryRequest> {
  const text = await c.req.text();
  if (text.trim() === '') return {};
  const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new Problem('unsupported-media-type', 'Send the body as application/json.');
  }
  const parsed = storableRequestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw invalidRequest(parsed.error.issues);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `is not JSON: ${error.message}`;
    throw new Problem('invalid-request', `body: ${message}`, {
      errors: [{ field: 'body', message }],
    });
  }
}
