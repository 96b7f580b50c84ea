import { addressScope, isWildcard, socketName, wildcardsFor } from './addresses.ts';
import type { Endpoint } from './endpoints.ts';

/** Finds who answers at an address and port of this machine. */
export type FindListener = (address: string, port: number) => Endpoint | null;

/**
 * Builds the look-up of listeners the way the kernel chooses among them: the exact address before
 * a wildcard, the wildcard of the same family before `::`. Where two items share a socket address
 * (SO_REUSEPORT), the one of the smaller native id stands for both.
 *
 * @param endpoints sorted by native id
 */
export function listenerIndex(endpoints: readonly Endpoint[]): FindListener {
  const byName = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    for (const { local_address: address, local_port: port } of endpoint.listening) {
      const name = socketName(address, port);
      if (!byName.has(name)) byName.set(name, endpoint);
    }
  }
  return (address, port) => {
    for (const candidate of [address, ...wildcardsFor(address)]) {
      const endpoint = byName.get(socketName(candidate, port));
      if (endpoint) return endpoint;
    }
    return null;
  };
}

/** The addresses of this machine, and the network within which they mean one place. */
export interface OwnAddresses {
  machine_id: string;
  /** Of all interfaces, loopback left out, canonical. */
  addresses: readonly string[];
  /** Those of them that other machines may reach: not the ones of bridges for containers. */
  reachable_addresses: readonly string[];
  network: string | null;
}

export function isOwnAddress(address: string, own: OwnAddresses): boolean {
  return addressScope(address) === 'loopback' || own.addresses.includes(address);
}

/**
 * The name of a socket address in the widest network in which it means one place, null where it
 * means none: a private address says nothing until somebody says which network it is in.
 */
export function networkSocketKey(
  address: string,
  port: number,
  network: string | null,
): string | null {
  const scope = addressScope(address);
  if (scope === 'public') return `tcp:public/${socketName(address, port)}`;
  return scope === 'private' && network !== null
    ? `tcp:${network}/${socketName(address, port)}`
    : null;
}

/**
 * Every key under which the listening sockets of an endpoint can be referred to. A wildcard stands
 * for each address of the machine at which no other listener is closer.
 */
export function socketKeys(
  endpoint: Endpoint,
  findListener: FindListener,
  own: OwnAddresses,
): string[] {
  const keys = new Set<string>();
  const addresses = ['127.0.0.1', '::1', ...own.addresses];
  for (const { local_address: bound, local_port: port } of endpoint.listening) {
    for (const address of isWildcard(bound) ? addresses : [bound]) {
      if (isWildcard(bound) && !wildcardsFor(address).includes(bound)) continue;
      if (findListener(address, port) !== endpoint) continue;
      keys.add(`tcp:${own.machine_id}/${socketName(address, port)}`);
      const networkKey = networkSocketKey(address, port, own.network);
      if (networkKey && own.reachable_addresses.includes(address)) keys.add(networkKey);
    }
  }
  return [...keys].sort();
}
