import type { Estate } from '../options.ts';
import { happens, hash32, hexId } from '../random.ts';

/** How many of each kind there are in one region of one account. */
export interface RegionCounts {
  readonly instances: number;
  readonly volumes: number;
  readonly interfaces: number;
  readonly security_groups: number;
  readonly subnets: number;
  readonly vpcs: number;
  readonly databases: number;
  readonly functions: number;
}

/**
 * The shares of a fleet of virtual machines that we have assumed: two volumes to five machines
 * beside the root ones, some interfaces without a machine, few networks. Not measured anywhere.
 */
const SHARES = {
  instances: 0.25,
  volumes: 0.35,
  interfaces: 0.3,
  security_groups: 0.04,
  subnets: 0.01,
  databases: 0.01,
  functions: 0.035,
};
const RESOURCES_PER_VPC = 2_000;

/** One region of one account, every resource of which follows from its place in the list. */
export class SyntheticRegion {
  readonly account: string;
  readonly region: string;
  readonly counts: RegionCounts;
  readonly #estate: Estate;

  constructor(estate: Estate, account: string, region: string) {
    const { resources, accounts, regions } = estate.aws;
    const isThere = accounts.includes(account) && regions.includes(region);
    const total = isThere ? resources / (accounts.length * regions.length) : 0;
    const count = (share: number) => Math.round(share * total);
    this.#estate = estate;
    this.account = account;
    this.region = region;
    this.counts = {
      instances: count(SHARES.instances),
      volumes: count(SHARES.volumes),
      interfaces: count(SHARES.interfaces),
      security_groups: Math.max(count(SHARES.security_groups), isThere ? 1 : 0),
      subnets: Math.max(count(SHARES.subnets), isThere ? 1 : 0),
      vpcs: isThere ? Math.ceil(total / RESOURCES_PER_VPC) : 0,
      databases: count(SHARES.databases),
      functions: count(SHARES.functions),
    };
  }

  /** An id as EC2 makes them: a prefix and 17 hexadecimal digits. */
  id(prefix: string, index: number): string {
    return `${prefix}-${hexId(17, index, this.#estate.seed, this.account, this.region, prefix)}`;
  }

  /** How often the resource has changed since epoch 0. */
  revision(kind: string, index: number, epoch: number): number {
    let revision = 0;
    for (let past = 1; past <= epoch; past += 1) {
      const { seed, changed_share } = this.#estate;
      if (happens(changed_share, seed, this.account, this.region, kind, index, past)) revision += 1;
    }
    return revision;
  }

  subnetOf(index: number): number {
    return index % this.counts.subnets;
  }

  vpcOf(subnet: number): number {
    return subnet % this.counts.vpcs;
  }

  zoneOf(subnet: number): string {
    return `${this.region}${'abc'[subnet % 3]}`;
  }

  /** A group of the same place in the list always guards the same machines. */
  securityGroupOf(index: number): number {
    return hash32(this.#estate.seed, 'group', index) % this.counts.security_groups;
  }

  /**
   * The private address of an interface. Every VPC numbers its own from 10.0.0.4 on, so that the
   * same addresses stand in all of them.
   */
  privateAddress(index: number): string {
    const { subnets, vpcs } = this.counts;
    // Interfaces go round the subnets, and subnets round the VPCs.
    const subnet = this.subnetOf(index);
    const subnetsOfVpc = Math.ceil(subnets / vpcs);
    const place = Math.floor(index / subnets) * subnetsOfVpc + Math.floor(subnet / vpcs) + 4;
    return `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`;
  }
}
