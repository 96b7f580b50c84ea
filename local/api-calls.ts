import { ReadableError } from './explain.ts';

/** The part of `GET /discoveries/{id}` that is shown while a discovery runs. */
export interface DiscoveryStatus {
  readonly status: 'running' | 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  readonly progress: { readonly slices_total: number; readonly slices_done: number };
  readonly slices: readonly { readonly items: number }[];
  readonly errors: readonly unknown[];
}

/** The part of `GET /api/v3/cmdb/stats` that is shown after a start. */
export interface Stats {
  readonly total_cis: number;
  readonly by_type: Readonly<Record<string, number>>;
}

const REQUEST_LIMIT_MS = 30_000;

/** The launcher's calls to the API it has started. */
export class ApiCalls {
  readonly base: string;
  readonly #signal: AbortSignal;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param token the value of CMDB_API_TOKEN, where the API asks for one */
  constructor(base: string, signal: AbortSignal, token: string | undefined) {
    this.base = base;
    this.#signal = signal;
    // Every call has a connection of its own: one kept open would be found by the discovery.
    this.#headers = { connection: 'close', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  }

  /** Whether the API and all it depends on are ready; false, too, while nothing listens yet. */
  async isReady(): Promise<boolean> {
    try {
      const response = await this.#fetch('/health/ready');
      await response.arrayBuffer();
      return response.status === 200;
    } catch (error) {
      this.#signal.throwIfAborted();
      // Refused or slow: not ready. Anything else is our own mistake.
      if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
      throw error;
    }
  }

  /** Starts a discovery of everything, and returns the address of its status. */
  async discover(): Promise<string> {
    const answer = (await this.#json('/discover', 'POST')) as { status_url?: unknown };
    if (typeof answer.status_url !== 'string') {
      throw new ReadableError('The API started a discovery without saying where its status is.');
    }
    return answer.status_url;
  }

  async discoveryStatus(statusUrl: string): Promise<DiscoveryStatus> {
    return (await this.#json(statusUrl)) as DiscoveryStatus;
  }

  async stats(): Promise<Stats> {
    return (await this.#json('/api/v3/cmdb/stats')) as Stats;
  }

  async #json(path: string, method = 'GET'): Promise<unknown> {
    const response = await this.#fetch(path, method);
    const text = await response.text();
    if (response.status === 401) {
      throw new ReadableError(
        'The API asks for a token: set CMDB_API_TOKEN, which npm start sends.',
      );
    }
    if (!response.ok) {
      throw new ReadableError(`${method} ${path} was answered with ${response.status}: ${text}`);
    }
    return JSON.parse(text);
  }

  async #fetch(path: string, method = 'GET'): Promise<Response> {
    return fetch(new URL(path, this.base), {
      method,
      headers: this.#headers,
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]),
    });
  }
}
