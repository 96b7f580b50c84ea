import { BlockList, isIP, SocketAddress } from 'node:net';

/**
 * How far an address means one place: `loopback` within the machine, `link_local` on one cable
 * (169.254.169.254 is in every cloud), `private` in one network, `public` everywhere.
 */
export type AddressScope = 'unspecified' | 'loopback' | 'link_local' | 'private' | 'public';

/**
 * The one spelling of an address: no brackets, no zone (`%eth0`), IPv6 in lower case and
 * shortened, and IPv4 carried in IPv6 (`::ffff:10.0.0.1`) as IPv4, since it is the same place.
 *
 * @throws {RangeError} for what is no IP address
 */
export function canonicalAddress(text: string): string {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) throw new RangeError(`not an IP address: ${text}`);
  if (family === 4) return bare;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.toLowerCase();
}

/** `127.0.0.1:5432`, `[::1]:5432`. */
export function socketName(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** The wildcard addresses whose listener answers at this address, the closest first. */
export function wildcardsFor(address: string): readonly string[] {
  // A listener on `::` takes IPv4 connections too, unless it was told not to.
  return isIP(address) === 6 ? ['::'] : ['0.0.0.0', '::'];
}

/**
 * Told by the IANA registries of special-purpose addresses. What they call not globally reachable
 * (documentation, benchmarking, carrier NAT) counts as private: two places may have it.
 */
export function addressScope(address: string): AddressScope {
  if (isWildcard(address)) return 'unspecified';
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(address, family)) return 'loopback';
  if (LINK_LOCAL.check(address, family)) return 'link_local';
  if (family === 'ipv4') return NOT_GLOBAL_IPV4.check(address) ? 'private' : 'public';
  const isGlobal = GLOBAL_IPV6.check(address, 'ipv6') && !NOT_GLOBAL_IPV6.check(address, 'ipv6');
  return isGlobal ? 'public' : 'private';
}

const LOOPBACK = blockList('127.0.0.0/8', '::1/128');
const LINK_LOCAL = blockList('169.254.0.0/16', 'fe80::/10', '224.0.0.0/4', 'ff00::/8');
const NOT_GLOBAL_IPV4 = blockList(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
);
const GLOBAL_IPV6 = blockList('2000::/3');
const NOT_GLOBAL_IPV6 = blockList('2001::/23', '2001:db8::/32', '3fff::/20');

function blockList(...subnets: string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
