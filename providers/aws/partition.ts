/** A part of AWS with accounts, regions and endpoints of its own. */
export interface Partition {
  /** As ARNs name it: `aws`, `aws-cn`. */
  id: string;
  /** The end of its public host names. */
  dns_suffix: string;
}

const COMMERCIAL: Partition = { id: 'aws', dns_suffix: 'amazonaws.com' };

/** Region prefixes of the other partitions, after the SDK's own `partitions.json`. */
const BY_REGION_PREFIX: ReadonlyArray<readonly [string, Partition]> = [
  ['cn-', { id: 'aws-cn', dns_suffix: 'amazonaws.com.cn' }],
  ['us-gov-', { id: 'aws-us-gov', dns_suffix: 'amazonaws.com' }],
  ['eusc-', { id: 'aws-eusc', dns_suffix: 'amazonaws.eu' }],
  ['us-iso-', { id: 'aws-iso', dns_suffix: 'c2s.ic.gov' }],
  ['us-isob-', { id: 'aws-iso-b', dns_suffix: 'sc2s.sgov.gov' }],
  ['eu-isoe-', { id: 'aws-iso-e', dns_suffix: 'cloud.adc-e.uk' }],
  ['us-isof-', { id: 'aws-iso-f', dns_suffix: 'csp.hci.ic.gov' }],
];

/** The partition of a region; the commercial one where no other claims its prefix. */
export function partitionOf(region: string): Partition {
  const match = BY_REGION_PREFIX.find(([prefix]) => region.startsWith(prefix));
  return match?.[1] ?? COMMERCIAL;
}
