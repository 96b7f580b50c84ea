import { z } from 'zod';
import type { Sources } from '../../model/sources.ts';
import { KubernetesClient } from './client.ts';
import { KubernetesError } from './errors.ts';
import {
  isInCluster,
  type KubernetesContext,
  kubeconfigFiles,
  readContexts,
  type Surroundings,
  stateOf,
} from './kubeconfig.ts';

/** What reading a cluster's identity takes. */
export const IDENTITY_PERMISSION = 'core/namespaces:get';

const IDENTITY_TIMEOUT_MS = 20_000;

const namespaceSchema = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

/**
 * The ways into clusters: the contexts of the kubeconfig, or the pod's own. One for a process, so
 * that credential plugins run once and not for every slice.
 */
export class KubernetesAccess {
  readonly #settings: Sources['kubernetes'];
  readonly #surroundings: Surroundings;
  /** Which cluster a context led to when it was asked last, by the context's name. */
  readonly #clusterOf = new Map<string, string>();
  #contexts: KubernetesContext[] = [];
  #state: string | undefined;

  constructor(settings: Sources['kubernetes'], surroundings: Surroundings) {
    this.#settings = settings;
    this.#surroundings = surroundings;
  }

  /** Whether anybody wants Kubernetes discovered here. */
  isConfigured(): boolean {
    const files = kubeconfigFiles(this.#settings, this.#surroundings);
    return this.#settings !== undefined || files.length > 0 || isInCluster(this.#surroundings);
  }

  /** The contexts that the sources list, and which of the list are not there; else all. */
  wantedContexts(): { contexts: KubernetesContext[]; unknown: string[] } {
    const all = this.#readContexts();
    const wanted = this.#settings?.contexts;
    if (!wanted) return { contexts: all, unknown: [] };
    return {
      contexts: all.filter(({ name }) => wanted.includes(name)),
      unknown: wanted.filter((name) => !all.some((context) => context.name === name)),
    };
  }

  /** Asks the cluster behind a context who it is. The client is the caller's to close. */
  async enter(
    { name, config }: KubernetesContext,
    signal: AbortSignal = AbortSignal.timeout(IDENTITY_TIMEOUT_MS),
  ): Promise<{ client: KubernetesClient; cluster_uid: string }> {
    const client = new KubernetesClient(config);
    try {
      const answer = await client.get('/api/v1/namespaces/kube-system', signal);
      const cluster_uid = namespaceSchema.parse(answer).metadata.uid;
      this.#clusterOf.set(name, cluster_uid);
      return { client, cluster_uid };
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /**
   * The client of a cluster, by whichever context leads to it. Asked anew each time: another
   * cluster that has taken the address over must not be listed in this one's name.
   *
   * @throws {KubernetesError} of the last context that might have led to it
   */
  async client(clusterUid: string): Promise<KubernetesClient> {
    const { contexts } = this.wantedContexts();
    const known = contexts.filter(({ name }) => this.#clusterOf.get(name) === clusterUid);
    const others = contexts.filter((context) => !known.includes(context));
    let failure: unknown = new KubernetesError(
      'permanent',
      'no_way_to_cluster',
      `No context leads to cluster ${clusterUid} any more.`,
    );
    for (const context of [...known, ...others]) {
      try {
        const { client, cluster_uid } = await this.enter(context);
        if (cluster_uid === clusterUid) return client;
        await client.close();
      } catch (error) {
        // Another context's failure says nothing about this cluster, if it is known to lead elsewhere.
        if (known.includes(context) || !this.#clusterOf.has(context.name)) failure = error;
      }
    }
    throw failure;
  }

  #readContexts(): KubernetesContext[] {
    const files = kubeconfigFiles(this.#settings, this.#surroundings);
    const state = stateOf(files);
    if (state !== this.#state) {
      this.#contexts = readContexts(files, this.#surroundings);
      this.#state = state;
    }
    return this.#contexts;
  }
}
