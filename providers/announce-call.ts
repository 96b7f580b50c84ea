import { channel } from 'node:diagnostics_channel';
import type { ProviderName } from '../model/enums.ts';

export type CallOutcome = 'ok' | 'throttled' | 'denied' | 'failed';

/** A call to a source that has ended: one attempt, before anybody tries again. */
export interface ProviderCall {
  provider: ProviderName;
  /** Of a few, so that calls can be counted by it: `EC2 DescribeInstances`. */
  operation: string;
  outcome: CallOutcome;
  duration_ms: number;
}

const calls = channel('cmdb:provider-call');

/** Tells whoever listens how a call went, where it cannot be wrapped. */
export function announceCall(call: ProviderCall): void {
  if (calls.hasSubscribers) calls.publish(call);
}

/**
 * Makes a call, and tells whoever listens how it went. Where nobody listens it is the call and
 * nothing else.
 *
 * @param outcomeOf judges what was answered, or thrown
 */
export async function announced<T>(
  { provider, operation }: Pick<ProviderCall, 'provider' | 'operation'>,
  call: () => Promise<T>,
  outcomeOf: (ended: { answer: T } | { error: unknown }) => CallOutcome,
): Promise<T> {
  if (!calls.hasSubscribers) return call();
  const began = performance.now();
  const tell = (outcome: CallOutcome) => {
    announceCall({ provider, operation, outcome, duration_ms: performance.now() - began });
  };
  try {
    const answer = await call();
    tell(outcomeOf({ answer }));
    return answer;
  } catch (error) {
    tell(outcomeOf({ error }));
    throw error;
  }
}

/** How a call went, by the HTTP status of its answer. */
export function outcomeOfStatus(status: number): CallOutcome {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'denied';
  return status >= 400 ? 'failed' : 'ok';
}

/**
 * Listens to every call of every provider in this process, in the context of who made it.
 *
 * @returns stops it
 */
export function onProviderCall(listener: (call: ProviderCall) => void): () => void {
  const hear = (message: unknown) => listener(message as ProviderCall);
  calls.subscribe(hear);
  return () => calls.unsubscribe(hear);
}
