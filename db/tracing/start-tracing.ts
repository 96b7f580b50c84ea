import type { EndedSpan, ExportDone, StartedTracing } from './tracing.ts';

/** What waits is sent before the process ends, unless it takes longer than this. */
const CLOSE_TIMEOUT_MS = 5_000;
/** Spans that were made elsewhere are sent together. */
const SEND_INTERVAL_MS = 1_000;

/**
 * Starts tracing where the environment names a collector, by OpenTelemetry's own variables:
 * OTEL_EXPORTER_OTLP_ENDPOINT, with OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER and the rest.
 * Nothing of OpenTelemetry is loaded otherwise.
 *
 * @param serviceName unless OTEL_SERVICE_NAME is set
 * @returns null where no collector is named
 */
export async function startTracing(
  serviceName: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<StartedTracing | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = environment;
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && !OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return null;
  const [{ NodeSDK }, { OTLPTraceExporter }, { endedQuerySpan }, { trace }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('./query-span.ts'),
    import('@opentelemetry/api'),
  ]);
  let resource: EndedSpan['resource'] | undefined;
  const waiting: Array<Omit<EndedSpan, 'resource'>> = [];

  class Exporter extends OTLPTraceExporter {
    override export(spans: EndedSpan[], done: ExportDone): void {
      // What says of which process they are; the SDK hands it out with spans only.
      resource ??= spans[0]?.resource;
      super.export(spans, done);
    }
  }
  const exporter = new Exporter();
  const sdk = new NodeSDK({
    serviceName: environment.OTEL_SERVICE_NAME ?? serviceName,
    traceExporter: exporter,
    // Metrics are scraped, and the log is on standard output.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  trace.getTracer(serviceName).startSpan(`${serviceName} started`).end();

  const sendWaiting = () => {
    const of = resource;
    if (!of || waiting.length === 0) return;
    exporter.export(
      waiting.splice(0).map((span) => ({ ...span, resource: of })),
      () => {},
    );
  };
  const timer = setInterval(sendWaiting, SEND_INTERVAL_MS).unref();
  return {
    onQuery: endedQuerySpan,
    send: (spans) => {
      waiting.push(...spans);
    },
    close: async () => {
      clearInterval(timer);
      sendWaiting();
      const late = Promise.withResolvers<void>();
      const patience = setTimeout(late.resolve, CLOSE_TIMEOUT_MS);
      // A collector that is away must not keep the process from ending well.
      await Promise.race([sdk.shutdown().catch(() => {}), late.promise]);
      clearTimeout(patience);
    },
  };
}
