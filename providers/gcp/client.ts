import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthClient } from 'google-auth-library';
import type { CallBudget } from '../call-budget.ts';
import type { Credentials } from './credentials.ts';
import { toGcpFault } from './errors.ts';
import type { Endpoint, GaxAnswer, GaxClient, Library, ServiceName } from './libraries.ts';
import { QUERY_HEADER } from './transport.ts';

/** A method of an API, as its client library names it. */
export interface ApiMethod<L extends Library> {
  library: L;
  /** The class of the library: `InstancesClient`. */
  service: ServiceName<L>;
  method: string;
  /** Parameters of the query that the library does not send, e.g. `fields`. */
  query?: Readonly<Record<string, string>>;
}

/** What a resource type lists its pages with. */
export interface GcpClient {
  readonly project: string;
  /** Makes one call, and answers what the API answered, in the library's form. */
  call<L extends Library>(
    method: ApiMethod<L>,
    request: object,
    signal: AbortSignal,
  ): Promise<unknown>;
  /** The places where an API is offered to the project: `europe-west1`, … */
  locations<L extends Library>(
    library: L,
    service: ServiceName<L>,
    signal: AbortSignal,
  ): Promise<string[]>;
  /** Makes a call of a library that has no methods of the common kind, with the same patience. */
  spend<T>(library: string, call: (to: Connection) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Loads something once an attempt at a slice: a catalogue that its pages look things up in. */
  memo<Value>(key: string, load: () => Promise<Value>): Promise<Value>;
}

/** What the libraries of another make are given. */
export interface Connection {
  authClient: AuthClient;
  endpoint: Endpoint | null;
}

export interface GcpClientOptions {
  project: string;
  budget: CallBudget;
  credentials: Credentials;
  endpoint: Endpoint | null;
  service<L extends Library>(library: L, service: ServiceName<L>): Promise<GaxClient>;
}

/** A page of the slowest listings takes some 10 s; what is silent for longer will not answer. */
export const CALL_TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;
/** A longer wait is for Temporal: it frees the worker's place meanwhile. */
const MAX_WAIT_MS = 5_000;

/** The libraries do not try again by themselves: each does it in its own way, or without end. */
const CALL_OPTIONS = {
  autoPaginate: false,
  timeout: CALL_TIMEOUT_MS,
  retry: { retryCodes: [] },
};

export function createGcpClient(options: GcpClientOptions): GcpClient {
  const { project, budget, credentials, endpoint } = options;
  const memos = new Map<string, Promise<unknown>>();

  async function patiently<T>(
    library: string,
    call: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await budget.spend(`${project}/${library}`, call);
      } catch (error) {
        if (signal.aborted) throw error;
        const { kind, retry_after_ms } = toGcpFault(error, []);
        const wait = retry_after_ms ?? FIRST_WAIT_MS * 2 ** (attempt - 1);
        const isWorthIt = kind === 'throttled' || kind === 'transient';
        if (!isWorthIt || attempt === MAX_ATTEMPTS || wait > MAX_WAIT_MS) throw error;
        await sleep(wait, undefined, { signal });
      }
    }
  }

  return {
    project,

    async call({ library, service, method, query }, request, signal) {
      const client = await options.service(library, service);
      const headers = query && { [QUERY_HEADER]: new URLSearchParams(query).toString() };
      const answer = await patiently(
        library,
        () => settled(gaxCall(client, method)(request, callOptions(headers)), signal),
        signal,
      );
      return answer[2] ?? answer[0];
    },

    async locations(library, service, signal) {
      const { locationsClient } = await options.service(library, service);
      if (!locationsClient) throw new TypeError(`${service} does not tell its locations.`);
      const answer = await patiently(
        library,
        () =>
          settled(
            gaxCall(locationsClient, 'listLocations')(
              { name: `projects/${project}`, pageSize: 1000 },
              callOptions(),
            ),
            signal,
          ),
        signal,
      );
      const locations = answer[0] as ReadonlyArray<{ locationId?: string | null }>;
      return locations.flatMap(({ locationId }) => locationId ?? []).sort();
    },

    spend: (library, call, signal) =>
      patiently(
        library,
        async () => call({ authClient: await credentials.client(), endpoint }),
        signal,
      ),

    memo<Value>(key: string, load: () => Promise<Value>): Promise<Value> {
      const known = memos.get(key) as Promise<Value> | undefined;
      const loading = known ?? load();
      memos.set(key, loading);
      return loading;
    },
  };
}

function gaxCall(client: GaxClient, method: string) {
  const call = client.innerApiCalls[method];
  if (!call) throw new TypeError(`The client has no method ${method}.`);
  return call;
}

function callOptions(headers?: Readonly<Record<string, string>>): object {
  return headers ? { ...CALL_OPTIONS, otherArgs: { headers } } : CALL_OPTIONS;
}

/** The call's end; the signal ends it at once. */
async function settled(answer: GaxAnswer, signal: AbortSignal): Promise<readonly unknown[]> {
  const cancel = () => answer.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await answer;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
