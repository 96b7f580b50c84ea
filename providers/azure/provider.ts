import type { Provider } from '../../model/provider.ts';
import type { Sources } from '../../model/sources.ts';
import { AzureAccess } from './access.ts';
import type { AzureClient } from './client.ts';
import { toAzureFault } from './errors.ts';
import { planAzureScopes } from './scopes.ts';

/** Discovers Azure subscriptions; every list covers all regions of one. */
export const provider = createAzureProvider(process.env);

export function createAzureProvider(environment: NodeJS.ProcessEnv): Provider<AzureClient> {
  /** A process reads its sources once; whoever reads them anew gets credentials of its own. */
  const accesses = new WeakMap<Sources, AzureAccess>();
  const accessOf = (sources: Sources): AzureAccess => {
    const known = accesses.get(sources);
    if (known) return known;
    const made = new AzureAccess(sources.azure, environment);
    accesses.set(sources, made);
    return made;
  };

  return {
    name: 'azure',
    planScopes: ({ sources, signal }) => planAzureScopes(accessOf(sources), signal),
    connect: async ({ account }, sources) => accessOf(sources).client(account),
    async disconnect() {
      // Connections belong to the process, and are kept for the next slice.
    },
    toFault: (error, { permissions }) => toAzureFault(error, permissions),
  };
}
