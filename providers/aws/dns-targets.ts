import { BlockList, isIP } from 'node:net';
import { dnsKey, privateIpKey, publicIpKey } from './keys.ts';

/** Addresses that mean something only within a network: RFC 1918, 6598, 4193, and link-local. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('100.64.0.0', 10);
PRIVATE.addSubnet('169.254.0.0', 16);
PRIVATE.addSubnet('127.0.0.0', 8);
PRIVATE.addSubnet('0.0.0.0', 8);
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');
PRIVATE.addAddress('::1', 'ipv6');

/**
 * The keys under which the owner of a host name or an address may be known.
 *
 * @param vpcIds the VPCs that the name is answered in; a private address is one in each of them,
 *   and nobody's where there are none
 */
export function hostKeys(host: string, vpcIds: readonly string[] = []): string[] {
  const version = isIP(host);
  if (version === 0) return /^[a-z0-9_*-][a-z0-9._*-]*$/i.test(host) ? [dnsKey(ownName(host))] : [];
  const isPrivate = PRIVATE.check(host, version === 4 ? 'ipv4' : 'ipv6');
  if (isPrivate) return vpcIds.map((vpcId) => privateIpKey(vpcId, host));
  return [publicIpKey(version === 4 ? host : shortest(host))];
}

/** The name that an AWS host announces, of those by which others call it. */
function ownName(host: string): string {
  return (
    host
      .toLowerCase()
      // Load balancers: the name for both families of addresses.
      .replace(/^(dualstack|ipv6)\.(?=.*\.elb\.)/, '')
      // Buckets: for both families, and as S3 wrote its hosts at first.
      .replace(/\.s3\.dualstack\./, '.s3.')
      .replace(/\.s3-(?!website)([a-z]{2}-[a-z-]+-\d)\./, '.s3.$1.')
  );
}

/** An IPv6 address as AWS writes it: `2001:db8::7`. */
function shortest(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/**
 * Whether what answers at a host knows the name by which it was asked for: distributions and
 * custom domains of API Gateway announce their names themselves, so that records must not.
 */
export function knowsItsNames(host: string): boolean {
  return /\.(cloudfront\.net|execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)\.?$/i.test(host);
}
