import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { redactText } from '../../model/redact-text.ts';
import type { EndedQuery } from '../postgres/database.ts';

/** The first lines tell which statement it is. */
const MAX_TEXT = 2_000;

const tracer = trace.getTracer('cmdb-postgres');

/** Makes a span of a statement that has ended, in the trace of whoever sent it. */
export function endedQuerySpan({ sql, duration_ms, error }: EndedQuery): void {
  const ended = Date.now();
  const [, operation = 'query'] = /^\s*(\w+)/.exec(sql) ?? [];
  const span = tracer.startSpan(`postgresql ${operation.toLowerCase()}`, {
    kind: SpanKind.CLIENT,
    startTime: ended - duration_ms,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation.toLowerCase(),
      'db.query.text': sql.trim().slice(0, MAX_TEXT),
    },
  });
  if (error) {
    const message = error instanceof Error ? redactText(error.message) : 'unknown';
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span.end(ended);
}
