import type { Provider } from '../../model/provider.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import { createHostClient, type HostClient } from './client.ts';
import { HostError, toHostFault } from './errors.ts';
import { machineIdentity } from './machine.ts';

/**
 * Discovers the machines on which workers run. Each is an account of its own, and its scope is
 * bound to its own task queue: the worker of another machine would list that other machine, and
 * everything here would be called gone.
 */
export const provider: Provider<HostClient> = {
  name: 'host',

  async planScopes({ sources, hosts }) {
    if (!sources.host.enabled) return { scopes: [], problems: [] };
    const scopes = hosts.map(({ machine_id, hostname, task_queue }) => ({
      provider: 'host' as const,
      account: machine_id,
      account_name: hostname,
      region: GLOBAL_REGION,
      level: 'account' as const,
      task_queue,
    }));
    return { scopes, problems: [] };
  },

  async connect(scope, sources) {
    const identity = await machineIdentity();
    if (scope.account !== identity.machine_id) {
      throw new HostError({
        kind: 'permanent',
        code: 'wrong_machine',
        message: `This is the machine ${identity.machine_id}; the scope is that of ${scope.account}.`,
      });
    }
    return createHostClient({ identity, settings: sources.host });
  },

  async disconnect() {
    // Nothing stays open between readings.
  },

  toFault: toHostFault,
};
