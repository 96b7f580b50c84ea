import { AsyncLocalStorage } from 'node:async_hooks';
import type { ComputeManagementClient } from '@azure/arm-compute';
import { announced, outcomeOfStatus } from '../announce-call.ts';
import { AzureResponseError } from './errors.ts';
import { retryAfterMs } from './retry-after.ts';

/** The same of every client. */
export type Pipeline = ComputeManagementClient['pipeline'];
type Policy = Parameters<Pipeline['addPolicy']>[0];
type Response = Awaited<ReturnType<Policy['sendRequest']>>;

/** A page of the slowest listings takes some 10 s; what is silent for longer will not answer. */
const REQUEST_TIMEOUT_MS = 60_000;

const callSignal = new AsyncLocalStorage<AbortSignal>();

/** Ends the SDK's calls within `act` when the signal is aborted. */
export function withSignal<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  return callSignal.run(signal, act);
}

/**
 * Makes clients of both generations of the SDK fail and wait in one way.
 *
 * - A request ends with the signal of the listing, or after a minute. The SDK gives its own signal
 *   to the first page of a list only.
 * - A refusal is told as Azure words it. Of a refused page the SDK keeps the code alone, and the
 *   action that is missing stands in the words.
 * - What Azure wants called again later is not waited for: the SDK would sleep as long as it says,
 *   minutes at times, in a slot of the worker.
 *
 * @param spend makes a call when it is its turn
 */
export function addPolicies(
  pipeline: Pipeline,
  spend: (call: () => Promise<Response>) => Promise<Response>,
): void {
  // Inside of what reads bodies into errors, outside of retries.
  pipeline.addPolicy(
    {
      name: 'cmdbAgentRefusals',
      async sendRequest(request, next) {
        const response = await next(request);
        if (response.status >= 400) throw errorOf(response);
        return response;
      },
    },
    { afterPhase: 'Deserialize' },
  );
  // Innermost: every request that leaves. An error that is not the SDK's own is not retried by it.
  pipeline.addPolicy(
    {
      name: 'cmdbAgentRequests',
      async sendRequest(request, next) {
        const signal = callSignal.getStore();
        if (signal) request.abortSignal ??= signal;
        request.timeout ||= REQUEST_TIMEOUT_MS;
        signal?.throwIfAborted();
        const operation = operationOf(request.url);
        const response = await spend(() =>
          announced(
            { provider: 'azure', operation },
            () => next(request),
            (ended) => ('answer' in ended ? outcomeOfStatus(ended.answer.status) : 'failed'),
          ),
        );
        const isToWait = response.status === 503 && waitOf(response) !== null;
        if (response.status === 429 || isToWait) throw errorOf(response);
        return response;
      },
    },
    { afterPhase: 'Sign' },
  );
}

/** The types in the path, without the names between them: `Microsoft.Network/virtualNetworks`. */
function operationOf(url: string): string {
  const [, path = 'subscriptions'] = /\/providers\/([^?]+)/i.exec(url) ?? [];
  const [namespace, ...rest] = path.split('/');
  return [namespace, ...rest.filter((_, place) => place % 2 === 0)].join('/');
}

function errorOf(response: Response): AzureResponseError {
  const { status, bodyAsText } = response;
  return AzureResponseError.read(status, bodyAsText ?? '', waitOf(response));
}

function waitOf({ headers }: Response): number | null {
  return retryAfterMs((name) => headers.get(name) ?? null);
}
