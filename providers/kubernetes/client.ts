import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  type KubeConfig,
  RequestContext,
} from '@kubernetes/client-node';
import { z } from 'zod';
import type { Page } from '../../model/resource-type.ts';
import { announced, outcomeOfStatus } from '../announce-call.ts';
import { KubernetesError, refusal, unanswered } from './errors.ts';

/** How many objects a page has: kubectl's own number, some MB of pods. */
const PAGE_SIZE = 500;
/** A page of the slowest listings takes some seconds; what is silent for longer will not answer. */
const REQUEST_TIMEOUT_MS = 60_000;

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

export interface ListOptions {
  /** Fewer where more is asked for each object. */
  limit?: number;
  label_selector?: string;
  /** Names and labels alone, where that is all that is read. */
  metadata_only?: boolean;
  /** The server may not know the kind, because nobody has installed it: then there is none. */
  may_be_unknown?: boolean;
}

const listSchema = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
});

/** What resource types list their pages with: one context of a kubeconfig. */
export class KubernetesClient {
  /** The address of the API server, without user and password. */
  readonly server: string;
  readonly #config: KubeConfig;
  readonly #http = new IsomorphicFetchHttpLibrary();
  #connections: ReturnType<RequestContext['getDispatcher']>;

  /** @param config its current context is the one to use */
  constructor(config: KubeConfig) {
    this.#config = config;
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new KubernetesError('permanent', 'no_cluster', 'It names no cluster.');
    this.server = withoutCredentials(cluster.server);
    if (this.server.startsWith('http:') && !cluster.skipTLSVerify) {
      const message =
        "The cluster's server is http: use https, or set insecure-skip-tls-verify of the cluster.";
      throw new KubernetesError('permanent', 'bad_kubeconfig', message);
    }
  }

  /**
   * Lists a page of a kind in all namespaces, e.g. `/apis/apps/v1/deployments`: as it is in the
   * store, not as a cache has it, and all pages as they were at the first.
   *
   * @throws {KubernetesError} kind `expired` where the server has forgotten that time
   */
  async list(
    path: string,
    pageToken: string | null,
    signal: AbortSignal,
    options: ListOptions = {},
  ): Promise<Page> {
    const query = new URLSearchParams({ limit: String(options.limit ?? PAGE_SIZE) });
    if (pageToken !== null) query.set('continue', pageToken);
    if (options.label_selector) query.set('labelSelector', options.label_selector);
    const accept = options.metadata_only ? METADATA_ONLY : 'application/json';
    try {
      const answer = listSchema.parse(await this.get(`${path}?${query}`, signal, accept));
      return {
        records: answer.items ?? [],
        next_page_token: answer.metadata?.continue || null,
      };
    } catch (error) {
      const isUnknown = error instanceof KubernetesError && error.status === 404;
      if (!isUnknown || !options.may_be_unknown) throw error;
      return { records: [], next_page_token: null };
    }
  }

  /** Lists every page, one at a time. */
  async *listAll(
    path: string,
    signal: AbortSignal,
    options: ListOptions = {},
  ): AsyncGenerator<unknown> {
    let token: string | null = null;
    do {
      const page: Page = await this.list(path, token, signal, options);
      yield* page.records;
      token = page.next_page_token;
    } while (token !== null);
  }

  /** @throws {KubernetesError} */
  async get(path: string, signal: AbortSignal, accept = 'application/json'): Promise<unknown> {
    const context = new RequestContext(`${this.server}${path}`, HttpMethod.GET);
    await this.#authenticate(context);
    context.setHeaderParam('Accept', accept);
    context.setSignal(AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]));
    const { pathname } = new URL(path, this.server);
    const { status, headers, body } = await announced(
      { provider: 'kubernetes', operation: `GET ${pathname}` },
      () => this.#send(context, signal),
      (ended) => ('answer' in ended ? outcomeOfStatus(ended.answer.status) : 'failed'),
    );
    if (status !== 200) throw refusal(status, body, headers['retry-after']);
    try {
      return JSON.parse(body);
    } catch (error) {
      const message = `${new URL(this.server).host} answered something other than JSON.`;
      throw new KubernetesError('transient', 'bad_answer', message, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#connections?.close();
  }

  async #send(context: RequestContext, signal: AbortSignal) {
    try {
      const answer = await this.#http.send(context).toPromise();
      const { httpStatusCode: status, headers } = answer;
      return { status, headers, body: await answer.body.text() };
    } catch (error) {
      // Cancelled by whoever called; a time limit that has passed is no answer like any other.
      if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
      throw unanswered(error, new URL(this.server).host);
    }
  }

  async #authenticate(context: RequestContext): Promise<void> {
    try {
      await this.#config.applySecurityAuthentication(context);
    } catch (error) {
      throw credentialsFailed(error);
    }
    // The library makes new connections for every request; those of the first are kept.
    this.#connections ??= context.getDispatcher();
    if (this.#connections) context.setDispatcher(this.#connections);
  }
}

/** What a credential plugin printed may be a token: of its error only the kind is told. */
function credentialsFailed(error: unknown): KubernetesError {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const { path } = error as NodeJS.ErrnoException;
  const message = isMissing
    ? `The file or program "${path}" that gives the credentials is not there.`
    : 'The credentials cannot be had: the plugin or file that gives them failed.';
  return new KubernetesError('transient', 'credentials_unavailable', message);
}

function withoutCredentials(server: string): string {
  try {
    const url = new URL(server);
    url.username = '';
    url.password = '';
    return url.href.replace(/\/$/, '');
  } catch {
    throw new KubernetesError('permanent', 'bad_kubeconfig', "The cluster's server is no URL.");
  }
}
