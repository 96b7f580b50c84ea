import type { OwnAddresses } from '../../../providers/host/listeners.ts';
import type { OsProcess, ProcessSnapshot, TcpSocket } from '../../../providers/host/snapshot.ts';

/** A process as a test needs it; everything that is not said is nothing special. */
export function osProcess(process: Partial<OsProcess> & { pid: number }): OsProcess {
  return {
    parent_pid: 1,
    started_at: null,
    executable: null,
    title: null,
    entry_point: null,
    unit: null,
    user: 'app',
    ...process,
  };
}

export function listens(pids: number | number[], address: string, port: number): TcpSocket {
  return {
    state: 'listening',
    local_address: address,
    local_port: port,
    remote_address: address.includes(':') ? '::' : '0.0.0.0',
    remote_port: 0,
    owner_pids: [pids].flat(),
  };
}

export function connects(
  pids: number | number[],
  local: [address: string, port: number],
  remote: [address: string, port: number],
): TcpSocket {
  return {
    state: 'established',
    local_address: local[0],
    local_port: local[1],
    remote_address: remote[0],
    remote_port: remote[1],
    owner_pids: [pids].flat(),
  };
}

/** Both ends of one connection, as the socket table of a machine has them. */
export function connectsWithin(client: number, server: number, address: string, port: number) {
  const local: [string, number] = [address, 40_000 + client];
  return [
    connects(client, local, [address, port]),
    connects(server, [address, port], [address, local[1]]),
  ];
}

export function snapshotOf(
  processes: OsProcess[],
  sockets: TcpSocket[],
  hasHiddenOwners = false,
): ProcessSnapshot {
  return {
    processes,
    sockets,
    ephemeral_ports: { first: 32_768, last: 60_999 },
    has_hidden_owners: hasHiddenOwners,
  };
}

export const OWN: OwnAddresses = {
  machine_id: 'm1',
  addresses: ['10.0.0.5', '172.17.0.1'],
  reachable_addresses: ['10.0.0.5'],
  network: null,
};
