import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ClientInterceptors } from '@temporalio/client';
import {
  OpenTelemetryActivityInboundInterceptor,
  type OpenTelemetrySinks,
  OpenTelemetryWorkflowClientInterceptor,
  type SerializableSpan,
} from '@temporalio/interceptors-opentelemetry';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { EndedSpan, StartedTracing } from '../../db/tracing/tracing.ts';
import { onProviderCall } from '../../providers/announce-call.ts';

/** What makes spans of workflows, activities and calls to providers. */
export interface WorkerTracing {
  client: ClientInterceptors;
  activity: ActivityInterceptorsFactory[];
  sinks: InjectedSinks<OpenTelemetrySinks>;
  stop(): void;
}

const tracer = trace.getTracer('cmdb-providers');

/**
 * Carries a trace from whoever starts a workflow through it to its activities, by the headers of
 * Temporal, and on to SQL and calls of providers, by their context.
 */
export function createWorkerTracing({ send }: StartedTracing): WorkerTracing {
  const stop = onProviderCall(({ provider, operation, outcome, duration_ms }) => {
    const ended = Date.now();
    const span = tracer.startSpan(`${provider} ${operation}`, {
      kind: SpanKind.CLIENT,
      startTime: ended - duration_ms,
      attributes: { 'cmdb.provider': provider, 'cmdb.outcome': outcome },
    });
    if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    span.end(ended);
  });
  return {
    client: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
    activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })],
    sinks: {
      exporter: {
        export: { fn: (_info, spans) => send(spans.map(toEndedSpan)), callDuringReplay: false },
      },
    },
    stop,
  };
}

/**
 * Workflows make their spans in a sandbox, with the first generation of the SDK: what they call
 * otherwise is put as the exporter's generation has it.
 */
function toEndedSpan(span: SerializableSpan): Omit<EndedSpan, 'resource'> {
  const { spanContext, parentSpanId, instrumentationLibrary, ...rest } = span;
  const { traceState: _, ...context } = spanContext;
  return {
    ...rest,
    spanContext: () => context,
    instrumentationScope: instrumentationLibrary,
    ...(parentSpanId ? { parentSpanContext: { ...context, spanId: parentSpanId } } : {}),
  };
}
