import type { Provider } from '../../model/provider.ts';
import type { Sources } from '../../model/sources.ts';
import { KubernetesAccess } from './access.ts';
import type { KubernetesClient } from './client.ts';
import { toKubernetesFault } from './errors.ts';
import { planKubernetesScopes } from './scopes.ts';

/** Discovers Kubernetes clusters: those that the kubeconfig leads to, or the one that it runs in. */
export const provider = createKubernetesProvider(process.env);

export function createKubernetesProvider(
  environment: NodeJS.ProcessEnv,
  root = '',
): Provider<KubernetesClient> {
  /** A process reads its sources once; whoever reads them anew gets credentials of its own. */
  const accesses = new WeakMap<Sources, KubernetesAccess>();
  const accessOf = (sources: Sources): KubernetesAccess => {
    const known = accesses.get(sources);
    if (known) return known;
    const made = new KubernetesAccess(sources.kubernetes, { environment, root });
    accesses.set(sources, made);
    return made;
  };

  return {
    name: 'kubernetes',
    planScopes: async ({ sources, signal }) => planKubernetesScopes(accessOf(sources), signal),
    connect: ({ account }, sources) => accessOf(sources).client(account),
    disconnect: (client) => client.close(),
    toFault: (error, { permissions }) => toKubernetesFault(error, permissions),
  };
}
