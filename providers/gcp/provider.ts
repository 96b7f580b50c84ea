import type { Provider } from '../../model/provider.ts';
import type { Sources } from '../../model/sources.ts';
import { GcpAccess } from './access.ts';
import type { GcpClient } from './client.ts';
import { toGcpFault } from './errors.ts';
import { planGcpScopes } from './scopes.ts';

/** Discovers GCP projects, each as a whole: all its zones, regions and what is global. */
export const provider = createGcpProvider(process.env);

export function createGcpProvider(environment: NodeJS.ProcessEnv): Provider<GcpClient> {
  /** A process reads its sources once; whoever reads them anew gets credentials of its own. */
  const accesses = new WeakMap<Sources, GcpAccess>();
  const accessOf = (sources: Sources): GcpAccess => {
    const known = accesses.get(sources);
    if (known) return known;
    const made = new GcpAccess(sources.gcp, environment);
    accesses.set(sources, made);
    return made;
  };

  return {
    name: 'gcp',
    planScopes: ({ sources, signal }) => planGcpScopes(accessOf(sources), signal),
    connect: async ({ account }, sources) => accessOf(sources).client(account),
    async disconnect() {
      // Connections belong to the process, and are kept for the next slice.
    },
    toFault: (error, { permissions }) => toGcpFault(error, permissions),
  };
}
