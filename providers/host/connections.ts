import type { Endpoint } from './endpoints.ts';
import {
  type FindListener,
  isOwnAddress,
  networkSocketKey,
  type OwnAddresses,
} from './listeners.ts';
import type { ProcessSnapshot, TcpSocket } from './snapshot.ts';

/** Connections of one item to one remote port, in the contract's terms. */
export interface NetworkConnection {
  remote_ip: string;
  port: number;
  protocol: 'tcp';
  connection_count: number;
}

/** To whom an item talks: another item of this machine, or an address elsewhere. */
export interface Peer {
  /** The listener where it is on this machine, else the key under which it would be known. */
  target: Endpoint | string;
  port: number;
  connection_count: number;
}

export interface Connections {
  /** Those that it opened, by remote end, sorted. */
  outbound: NetworkConnection[];
  /** The same by peer; without those to itself and those whose address names nobody. */
  peers: Peer[];
  inbound_connection_count: number;
}

/**
 * Reads an item's connections. Both ends of a connection within the machine are in the table; the
 * side whose local port is being listened on is the server's and only counted, so that the
 * direction is client to listener whoever is looked at.
 */
export function connectionsOf(
  endpoint: Endpoint,
  findListener: FindListener,
  own: OwnAddresses,
): Connections {
  const outbound = new Map<string, NetworkConnection>();
  const peers = new Map<Endpoint | string, Map<number, Peer>>();
  let inbound = 0;
  for (const socket of endpoint.established) {
    if (isServerSide(socket, findListener)) {
      inbound++;
      continue;
    }
    const { remote_address: remoteIp, remote_port: port } = socket;
    const name = `${remoteIp} ${port}`;
    const line = outbound.get(name) ?? emptyLine(remoteIp, port);
    line.connection_count++;
    outbound.set(name, line);

    const target = isOwnAddress(remoteIp, own)
      ? findListener(remoteIp, port)
      : networkSocketKey(remoteIp, port, own.network);
    if (target === null || target === endpoint) continue;
    const byPort = peers.get(target) ?? new Map<number, Peer>();
    const peer = byPort.get(port) ?? { target, port, connection_count: 0 };
    peer.connection_count++;
    peers.set(target, byPort.set(port, peer));
  }
  return {
    outbound: [...outbound.values()].sort(
      (a, b) => a.remote_ip.localeCompare(b.remote_ip, 'en') || a.port - b.port,
    ),
    peers: [...peers.values()].flatMap((byPort) => [...byPort.values()]),
    inbound_connection_count: inbound,
  };
}

/**
 * Counts the connections opened by processes that this user may not see: their clients are items
 * that a listing would have to name and cannot.
 */
export function countHiddenClients(snapshot: ProcessSnapshot, findListener: FindListener): number {
  if (!snapshot.has_hidden_owners) return 0;
  return snapshot.sockets.filter(
    (socket) =>
      socket.state === 'established' &&
      socket.owner_pids.length === 0 &&
      !isServerSide(socket, findListener),
  ).length;
}

function isServerSide(socket: TcpSocket, findListener: FindListener): boolean {
  return findListener(socket.local_address, socket.local_port) !== null;
}

function emptyLine(remoteIp: string, port: number): NetworkConnection {
  return { remote_ip: remoteIp, port, protocol: 'tcp', connection_count: 0 };
}
