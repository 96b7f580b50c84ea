import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { PlannedScope } from '../../../model/provider.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { type Sources, sourcesSchema } from '../../../model/sources.ts';
import { createKubernetesProvider } from '../../../providers/kubernetes/provider.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { RECORDED_PATHS } from './recorded-paths.ts';

/** The body that the real API server answered for a path, see `record-bodies.ts`. */
// biome-ignore lint/suspicious/noExplicitAny: the bodies of every kind
export async function recorded(path: string): Promise<any> {
  const file = RECORDED_PATHS.get(path);
  if (file === undefined) throw new Error(`Nothing is recorded of ${path}.`);
  return JSON.parse(await readFile(new URL(`./recorded/${file}`, import.meta.url), 'utf8'));
}

/** The identity of the cluster that was recorded. */
export const CLUSTER_UID: string = (await recorded('/api/v1/namespaces/kube-system')).metadata.uid;

export const SCOPE: PlannedScope = {
  provider: 'kubernetes',
  account: CLUSTER_UID,
  account_name: 'prod-eu',
  region: 'global',
  level: 'account',
  task_queue: null,
};

export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

type Override = (path: string, query: URLSearchParams) => Answer | null;

export interface Replay extends AsyncDisposable {
  readonly url: string;
  /** What was asked for, in order: path and query. */
  readonly asked: string[];
  /** A kubeconfig with a context of each name, all of which lead here. */
  sources(contexts?: readonly string[], more?: object): Promise<Sources>;
}

/**
 * Serves the recorded bodies.
 *
 * @param override answers in their place what it is told to
 */
export async function startReplay(override: Override = () => null): Promise<Replay> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://replay');
    asked.push(request.url ?? '/');
    const answer = async (): Promise<Answer> =>
      override(pathname, searchParams) ?? {
        status: RECORDED_PATHS.has(pathname) ? 200 : 404,
        body: RECORDED_PATHS.has(pathname) ? JSON.stringify(await recorded(pathname)) : 'not found',
      };
    void answer().then(({ status, body, headers = {} }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const directory = temporaryDirectory();
  return {
    url,
    asked,
    async sources(contexts = ['prod-eu'], more = {}) {
      const file = join(directory.path, 'kubeconfig');
      await writeFile(file, kubeconfig(url, contexts));
      return sourcesSchema.parse({ kubernetes: { kubeconfig: file, ...more } });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      directory[Symbol.dispose]();
    },
  };
}

/** Kubeconfigs are YAML, of which JSON is a part. */
function kubeconfig(server: string, contexts: readonly string[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // The client library speaks plain HTTP only where it is told not to look at certificates.
    clusters: [{ name: 'replay', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'reader', user: { token: 'hunter2' } }],
    contexts: contexts.map((name) => ({ name, context: { cluster: 'replay', user: 'reader' } })),
  });
}

const { signal } = new AbortController();

/** Lists a resource type to its end, through the provider and the client library. */
export async function listAll(type: AnyResourceType, replay: Replay): Promise<unknown[]> {
  const provider = createKubernetesProvider({});
  const client = await provider.connect(SCOPE, await replay.sources());
  const records: unknown[] = [];
  let token: string | null = null;
  try {
    do {
      const page: Awaited<ReturnType<typeof type.listPage>> = await type.listPage(
        client,
        token,
        signal,
      );
      records.push(...page.records);
      token = page.next_page_token;
    } while (token !== null);
  } finally {
    await provider.disconnect(client);
  }
  return records;
}

/** The records that a resource type makes of the recorded bodies, each once. */
export async function replayedRecords(
  file: string,
  override: Override = () => null,
): Promise<unknown[]> {
  const url = new URL(`../../../providers/kubernetes/resources/${file}.ts`, import.meta.url);
  const { resourceType } = await import(url.href);
  await using replay = await startReplay(override);
  const records = await listAll(resourceType, replay);
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}
