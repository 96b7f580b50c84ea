import type { Sources } from '../../model/sources.ts';
import { countHiddenClients } from './connections.ts';
import { findEndpoints } from './endpoints.ts';
import { hostEnvironment } from './environment.ts';
import { listenerIndex, type OwnAddresses } from './listeners.ts';
import { type ProcessRecord, toProcessRecord } from './process-record.ts';
import type { ProcessSnapshot } from './snapshot.ts';

export interface ProcessListing {
  records: ProcessRecord[];
  /** Why there may be more than that; null where there is not. */
  incomplete_reason: string | null;
}

/**
 * Everything that one reading of processes and sockets tells, as records. All of them come out of
 * the same reading, so that a client and the listener that it is connected to agree.
 */
export function listProcesses(
  snapshot: ProcessSnapshot,
  own: OwnAddresses,
  hostname: string,
  settings: Sources['host'],
): ProcessListing {
  const endpoints = findEndpoints(snapshot);
  const findListener = listenerIndex(endpoints);
  const hidden = countHiddenClients(snapshot, findListener);
  return {
    records: endpoints.map((endpoint) => ({
      ...toProcessRecord(endpoint, findListener, own),
      hostname,
      ...hostEnvironment(settings.environment, {}, [endpoint.unit, hostname]),
    })),
    incomplete_reason:
      hidden === 0
        ? null
        : `${hidden} connections were opened by processes that this user may not see; a worker run as root sees them`,
  };
}
