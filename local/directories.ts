import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The checkout this file belongs to. */
export const cloneDirectory: string = dirname(import.meta.dirname);

/**
 * Where downloaded programs are kept, once for every clone of a user: `CMDB_CACHE_DIR`, else
 * `$XDG_CACHE_HOME/cmdb-agent`, else `~/.cache/cmdb-agent`.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  if (environment.CMDB_CACHE_DIR) return resolve(environment.CMDB_CACHE_DIR);
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cmdb-agent');
}

/** Where one clone keeps its data, logs, ports and passwords: `CMDB_STATE_DIR`, else `<clone>/.local`. */
export function stateDirectory(environment: NodeJS.ProcessEnv): string {
  return environment.CMDB_STATE_DIR
    ? resolve(environment.CMDB_STATE_DIR)
    : join(cloneDirectory, '.local');
}
