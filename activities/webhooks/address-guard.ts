import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** The networks that webhooks may reach beside the public internet, as `10.0.0.0/8`. */
export type AllowedNetworks = readonly Network[];

/** @throws {Error} when a text is not a network */
export function parseNetworks(texts: readonly string[]): AllowedNetworks {
  return texts.map((text) => ipaddr.parseCIDR(text.trim()));
}

/**
 * Services that a cloud offers to its machines on an address of their own, credentials among them.
 * AWS, Google, Azure and OpenStack: 169.254.169.254 and fd00:ec2::254; Azure's platform; Alibaba;
 * Oracle. Public or private by their range, they are never reached.
 */
const METADATA = ['168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'];

/** Where nobody can have a receiver, whatever is allowed. */
const NEVER = new Set(['linkLocal', 'unspecified', 'broadcast', 'multicast']);

/** IPv6 addresses that are routed at all; what embeds an IPv4 address is a range of its own. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Where an address belongs: `public`, `allowed` by the configuration, or `forbidden`.
 *
 * @param text as a resolver gives it; one that embeds an IPv4 address (`::ffff:…`) is judged as that
 */
export function classify(
  text: string,
  allowed: AllowedNetworks,
): 'public' | 'allowed' | 'forbidden' {
  // A link-local address comes with its interface: fe80::1%eth0.
  if (!ipaddr.isValid(text)) return 'forbidden';
  const address = ipaddr.process(text);
  const range = address.range();
  if (NEVER.has(range) || METADATA.includes(address.toString())) return 'forbidden';
  if (allowed.some((network) => contains(network, address))) return 'allowed';
  if (range !== 'unicast') return 'forbidden';
  const isRouted = address.kind() === 'ipv4' || contains(GLOBAL_UNICAST, address);
  return isRouted ? 'public' : 'forbidden';
}

function contains([base, bits]: Network, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base as never, bits as never);
}
