import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import { errorOf, unreachable } from './problems.ts';
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from './routes.ts';
import type { ApiSettings } from './settings.ts';

/** Longer than the API gives itself, so that its own word comes first. */
const REQUEST_TIMEOUT_MS = 40_000;
/** A limit of requests that is over sooner is waited for. */
const LONGEST_WAIT_S = 30;
const MAX_WAITS = 5;

type Text = string | number | boolean;

/** A query whose values may be written as they are; what is undefined is left out. */
type Loose<Query> = Query extends object
  ? { [Key in keyof Query]?: Query[Key] | (string extends Query[Key] ? Text : never) | undefined }
  : never;

type Given<Key extends string, Value> = [Value] extends [undefined] ? unknown : Record<Key, Value>;

export type Request<E extends Endpoint> = Given<'params', ParamsOf<E>> & {
  query?: Loose<QueryOf<E>>;
  body?: BodyOf<E> | undefined;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Answers with such a status are no errors here. */
  accept?: readonly number[];
};

/** The API, as the commands use it. */
export interface ApiClient {
  readonly settings: ApiSettings;
  /**
   * Calls an endpoint, such as `GET /ci/{ci_id}`.
   *
   * @throws {CliError} when there is no answer, or one that is an error
   */
  call<E extends Endpoint>(endpoint: E, request: Request<E>): Promise<AnswerOf<E>>;
  /**
   * Calls an endpoint whose answer is read as it comes, however long that takes.
   *
   * @throws {CliError} as `call`; what breaks off later is an error of the stream
   */
  stream<E extends Endpoint>(endpoint: E, request: Request<E>): Promise<ReadableStream<Uint8Array>>;
}

export function createApiClient(settings: ApiSettings): ApiClient {
  return {
    settings,
    async call(endpoint, request) {
      const response = await send(settings, endpoint, request as LooseRequest);
      if (response.status === 204) return undefined as never;
      return (await jsonOf(response, settings)) as never;
    },
    async stream(endpoint, request) {
      const loose = { ...(request as LooseRequest), is_stream: true };
      const { body } = await send(settings, endpoint, loose);
      return body ?? new Blob([]).stream();
    },
  };
}

/** A request without the knowledge of which endpoint it is for. */
interface LooseRequest {
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, Text | readonly string[] | undefined>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  accept?: readonly number[];
  /** Only the beginning of the answer has to come in time. */
  is_stream?: boolean;
}

/**
 * Sends a request and waits out limits of requests.
 *
 * @throws {CliError}
 */
export async function send(
  settings: ApiSettings,
  endpoint: string,
  request: LooseRequest,
): Promise<Response> {
  for (let waits = 0; ; waits++) {
    const response = await sendOnce(settings, endpoint, request);
    if (response.ok || request.accept?.includes(response.status)) return response;
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
    const isWaitedFor = response.status === 429 && wait <= LONGEST_WAIT_S && waits < MAX_WAITS;
    if (!isWaitedFor) throw await errorOf(response, settings);
    await response.arrayBuffer();
    await sleep(wait * 1000, undefined, request.signal ? { signal: request.signal } : {});
  }
}

async function sendOnce(
  settings: ApiSettings,
  endpoint: string,
  { params, query, body, headers, signal, is_stream = false }: LooseRequest,
): Promise<Response> {
  const [method = 'GET', template = ''] = endpoint.split(' ');
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(timeoutError()), REQUEST_TIMEOUT_MS).unref();
  try {
    const response = await fetch(addressOf(settings.url, template, params ?? {}, query ?? {}), {
      method,
      headers: {
        // One kept open would be found by a discovery of this machine, and be gone a moment later.
        connection: 'close',
        ...(settings.token ? { authorization: `Bearer ${settings.token.secret}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      // A token must not follow a redirect to somebody else, and this API has none.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
    });
    if (is_stream) clearTimeout(timer);
    return response;
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(error, settings);
  }
}

/** What `AbortSignal.timeout` says, too. */
function timeoutError(): DOMException {
  return new DOMException('The answer took too long.', 'TimeoutError');
}

function addressOf(
  base: string,
  template: string,
  params: Readonly<Record<string, string>>,
  query: NonNullable<LooseRequest['query']>,
): string {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const prefix = path.startsWith('/health/') ? '' : '/api/v3/cmdb';
  return `${base}${prefix}${path}${search.size > 0 ? `?${search}` : ''}`;
}

async function jsonOf(response: Response, settings: ApiSettings): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(
      'failed',
      `${settings.url} answered something that is not JSON.`,
      'Set --url or CMDB_URL to the address of CMDB Agent.',
      { cause: error },
    );
  }
}
