import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { EndedQuery } from '../postgres/database.ts';

/** A span that has ended, as the exporter takes it. */
export type EndedSpan = Parameters<OTLPTraceExporter['export']>[0][number];

/** Called when they are sent, or cannot be. */
export type ExportDone = Parameters<OTLPTraceExporter['export']>[1];

/** Tracing that goes on in this process. */
export interface StartedTracing {
  /** For `createDatabase`: makes a span of each statement. */
  onQuery: (query: EndedQuery) => void;
  /** Sends spans that were made elsewhere as spans of this process. */
  send: (spans: ReadonlyArray<Omit<EndedSpan, 'resource'>>) => void;
  /** Sends what waits. */
  close(): Promise<void>;
}
