import type { ClientInterceptors } from '@temporalio/client';
import type { MiddlewareHandler } from 'hono';
import { startTracing } from '../db/tracing/start-tracing.ts';
import type { StartedTracing } from '../db/tracing/tracing.ts';
import type { AppEnv } from './http/router.ts';

/** What makes spans of requests, and carries their trace to workflows and SQL. */
export interface ApiTracing extends Pick<StartedTracing, 'onQuery' | 'close'> {
  middleware: MiddlewareHandler<AppEnv>;
  client: ClientInterceptors;
}

/** @returns null where the environment names no collector */
export async function startApiTracing(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ApiTracing | null> {
  const started = await startTracing('cmdb-api', environment);
  if (!started) return null;
  const [{ requestSpans }, { OpenTelemetryWorkflowClientInterceptor }] = await Promise.all([
    import('./http/request-spans.ts'),
    import('@temporalio/interceptors-opentelemetry'),
  ]);
  const { onQuery, close } = started;
  return {
    onQuery,
    close,
    middleware: requestSpans(),
    client: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  };
}
