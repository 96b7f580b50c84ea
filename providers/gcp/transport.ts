import type { AuthClient } from 'google-auth-library';
import { announceCall, type CallOutcome, outcomeOfStatus } from '../announce-call.ts';
import { waitOf } from './errors.ts';

/** A header of our own, which never leaves this process: a query to be added to the call's URL. */
export const QUERY_HEADER = 'x-cmdb-query';

/** Thrown in place of an answer that says how long to wait, which gax would lose. */
class WaitError extends Error {
  readonly status: number;
  readonly retry_after_ms: number;

  constructor(body: string, status: number, retryAfterMs: number) {
    super(body);
    this.status = status;
    this.retry_after_ms = retryAfterMs;
  }
}

/**
 * Makes up for what the client libraries lack, below them.
 *
 * - They drop some parameters: `returnPartialSuccess` is never sent by @google-cloud/compute 7.8
 *   (measured), and no library has `fields`, by which an answer leaves out what nobody reads.
 * - They read `Retry-After` from no answer.
 *
 * And announces every request that leaves, the libraries' own further attempts among them.
 */
export function completeTransport(authClient: AuthClient): void {
  const { interceptors } = authClient.transporter;
  const begun = new WeakMap<object, number>();
  const announce = (
    config: { url?: string | URL | undefined } | undefined,
    outcome: CallOutcome,
  ) => {
    const began = config && begun.get(config);
    if (began === undefined) return;
    const operation = URL.canParse(String(config?.url))
      ? new URL(String(config?.url)).host
      : 'none';
    announceCall({ provider: 'gcp', operation, outcome, duration_ms: performance.now() - began });
  };
  interceptors.request.add({
    resolved: async (config) => {
      begun.set(config, performance.now());
      const query = config.headers.get(QUERY_HEADER);
      if (query === null) return config;
      config.headers.delete(QUERY_HEADER);
      for (const [name, value] of new URLSearchParams(query)) {
        config.url.searchParams.set(name, value);
      }
      return config;
    },
  });
  interceptors.response.add({
    resolved: async (response) => {
      announce(response.config, outcomeOfStatus(response.status));
      const header = response.headers.get('retry-after');
      const wait = response.status < 400 || header === null ? null : waitOf(header);
      // gax reads the error out of the message of what is thrown here.
      if (wait !== null) throw new WaitError(await response.text(), response.status, wait);
      return response;
    },
    rejected: (error) => {
      announce(error.config, outcomeOfStatus(Number(error.status ?? 599)));
      throw error;
    },
  });
}
