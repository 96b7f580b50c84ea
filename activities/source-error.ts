import { ApplicationFailure, activityInfo, CancelledFailure } from '@temporalio/activity';
import type { Provider, SourceFault } from '../model/provider.ts';
import { redactText } from '../model/redact-text.ts';
import type { AnyResourceType } from '../model/resource-type.ts';
import { COLLECT_MAX_ATTEMPTS } from '../model/retries.ts';

/** A fault of the source, on its way from the call to the edge of the activity. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly fault: SourceFault;
  constructor(fault: SourceFault, cause: unknown) {
    super(fault.message, { cause });
    this.fault = fault;
  }
}

/** @throws {SourceError} in place of whatever the call throws, unless everything is being cancelled */
export async function translated<T>(
  call: Promise<T>,
  provider: Provider,
  type: AnyResourceType,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (signal.aborted) throw new CancelledFailure('The listing was cancelled.');
    const fault = provider.toFault(error, type);
    // A source may repeat in its message what it was sent.
    throw new SourceError({ ...fault, message: redactText(fault.message) }, error);
  }
}

export function repeatedToken(): SourceError {
  const message = 'The source gave the same page token twice; going on would never end.';
  return new SourceError(
    {
      kind: 'permanent',
      code: 'repeated_page_token',
      message,
      missing_permission: null,
      retry_after_ms: null,
    },
    undefined,
  );
}

/** @returns how the slice ends by this fault; null where another attempt follows */
export function finalOutcome({ kind }: SourceFault): 'denied' | 'failed' | null {
  if (kind === 'denied') return 'denied';
  return kind === 'permanent' || activityInfo().attempt >= COLLECT_MAX_ATTEMPTS ? 'failed' : null;
}

/** The cause stays behind: an SDK's error can carry headers and requests, and histories are kept. */
export function failureOf({ fault }: SourceError, retryMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: fault.message,
    type: fault.code,
    nonRetryable: fault.kind === 'denied' || fault.kind === 'permanent',
    nextRetryDelay: fault.retry_after_ms ?? retryMs,
  });
}
