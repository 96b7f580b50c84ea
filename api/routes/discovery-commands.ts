import { createRoute, z } from '@hono/zod-openapi';
import { WorkflowNotFoundError } from '@temporalio/client';
import { PAUSE_SIGNAL, RESUME_SIGNAL } from '../../model/discovery-workflow.ts';
import { runStatusSchema } from '../../model/scope.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { findDiscovery } from '../discovery/find-discovery.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { queryOf } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import type { Temporal } from '../temporal.ts';
import { discoveryIdParam, unknownDiscovery, workflowIdQuery } from './discoveries.ts';

const COMMANDS = {
  cancel: {
    summary: 'Cancel a discovery',
    description: 'What is promoted stays; slices that are not listed to their end are failed.',
  },
  pause: {
    summary: 'Pause a discovery',
    description: 'No new listings are started; those that run are let finish.',
  },
  resume: { summary: 'Resume a paused discovery', description: 'Listings are started again.' },
} as const;
type Command = keyof typeof COMMANDS;

const acceptedSchema = z
  .object({ workflow_id: z.string(), run_id: z.uuid(), status: runStatusSchema })
  .meta({ id: 'AcceptedCommand' });

export function routeOf(command: Command) {
  return createRoute({
    method: 'post',
    path: `/discoveries/{id}/${command}`,
    ...needs('operator'),
    tags: ['Discovery'],
    ...COMMANDS[command],
    request: {
      params: discoveryIdParam,
      query: queryOf({ workflow_id: workflowIdQuery }),
    },
    responses: {
      202: jsonResponse(acceptedSchema, 'The discovery has been told.'),
      ...problemResponses(
        'invalid-request',
        'forbidden-origin',
        'not-found',
        'conflict',
        'component-unavailable',
      ),
    },
  });
}

/** What a person can tell a running discovery. */
export function discoveryCommandRoutes(deps: AppDeps) {
  const { temporal } = deps;
  const app = createRouter();
  for (const command of ['cancel', 'pause', 'resume'] as const) {
    app.openapi(routeOf(command), async (c) => {
      const { id } = c.req.valid('param');
      const discovery = await findDiscovery(deps, id, c.req.valid('query').workflow_id);
      if (!discovery) throw unknownDiscovery(id);
      const { workflow_id, run_id, status } = discovery;
      if (status !== 'running' || !(await tell(temporal, command, workflow_id, run_id))) {
        throw new Problem('conflict', `The discovery is over, so there is nothing to ${command}.`);
      }
      return c.json(answerOf(deps, acceptedSchema, { workflow_id, run_id, status }), 202);
    });
  }
  return app;
}

/** @returns false when the workflow has ended in the meantime */
async function tell(
  temporal: Temporal,
  command: Command,
  workflowId: string,
  runId: string,
): Promise<boolean> {
  const handle = temporal.client.workflow.getHandle(workflowId, runId);
  try {
    await temporal.call(async () => {
      if (command === 'cancel') await handle.cancel();
      else await handle.signal(command === 'pause' ? PAUSE_SIGNAL : RESUME_SIGNAL);
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
