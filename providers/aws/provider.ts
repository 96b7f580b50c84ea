import type { Provider } from '../../model/provider.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import type { Sources } from '../../model/sources.ts';
import { AwsAccess } from './access.ts';
import type { AwsClient } from './client.ts';
import { toAwsFault } from './errors.ts';
import { planAwsScopes } from './scopes.ts';

/** Discovers AWS accounts: every enabled region, and once an account what belongs to none. */
export const provider = createAwsProvider(process.env);

export function createAwsProvider(environment: NodeJS.ProcessEnv): Provider<AwsClient> {
  /** A process reads its sources once; whoever reads them anew gets credentials of its own. */
  const accesses = new WeakMap<Sources, AwsAccess>();
  const accessOf = (sources: Sources): AwsAccess => {
    const known = accesses.get(sources);
    if (known) return known;
    const made = new AwsAccess(sources.aws, environment);
    accesses.set(sources, made);
    return made;
  };

  return {
    name: 'aws',
    planScopes: ({ sources, signal }) => planAwsScopes(accessOf(sources), signal),
    connect: ({ account, region }, sources) =>
      accessOf(sources).client(account, region === GLOBAL_REGION ? null : region),
    async disconnect() {
      // Connections belong to the process, and are kept for the next slice.
    },
    toFault: (error, { permissions }) => toAwsFault(error, permissions),
  };
}
