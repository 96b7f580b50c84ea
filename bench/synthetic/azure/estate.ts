import type { Estate } from '../options.ts';
import { happens, hash32, hexId } from '../random.ts';

/** How many of each kind there are in one subscription. */
export interface SubscriptionCounts {
  readonly groups: number;
  readonly networks: number;
  readonly subnets: number;
  readonly security_groups: number;
  readonly machines: number;
  /** Root disks first, one a machine; then others, which some machines have. */
  readonly disks: number;
  readonly snapshots: number;
  readonly public_ips: number;
  readonly scale_sets: number;
  readonly clusters: number;
  readonly databases: number;
  readonly stores: number;
  readonly sites: number;
  /** Of everything that is rare: gateways, caches, availability sets. */
  readonly few: number;
}

/**
 * The shares of a fleet of virtual machines that we have assumed, as for AWS. Not measured anywhere.
 */
const SHARES = {
  machines: 0.25,
  disks: 0.35,
  snapshots: 0.05,
  security_groups: 0.04,
  subnets: 0.02,
  public_ips: 0.03,
  groups: 0.02,
  databases: 0.005,
  stores: 0.03,
  sites: 0.02,
  few: 0.003,
};
const RESOURCES_PER_NETWORK = 2_000;
/** So that every list has more than one page of two. */
const LEAST = 3;

export const INSTANCES_PER_SCALE_SET = 5;
export const DATABASES_PER_SERVER = 4;
export const POOLS_PER_CLUSTER = 2;

/** One subscription, every resource of which follows from its place in the list. */
export class SyntheticSubscription {
  readonly id: string;
  readonly page_size: number;
  readonly odd_every: number;
  readonly counts: SubscriptionCounts;
  readonly #seed: string;
  readonly #changedShare: number;
  readonly #locations: readonly string[];

  constructor(estate: Estate, id: string) {
    const { resources, subscriptions, locations, page_size, odd_every } = estate.azure;
    const total = resources / subscriptions.length;
    const count = (share: number) => Math.max(LEAST, Math.round(share * total));
    const machines = count(SHARES.machines);
    const clusters = count(SHARES.few);
    this.id = id;
    this.page_size = page_size;
    this.odd_every = odd_every;
    this.#seed = estate.seed;
    this.#changedShare = estate.changed_share;
    this.#locations = locations;
    this.counts = {
      groups: count(SHARES.groups),
      networks: Math.max(LEAST, Math.ceil(total / RESOURCES_PER_NETWORK)),
      subnets: count(SHARES.subnets),
      security_groups: count(SHARES.security_groups),
      machines,
      disks: Math.max(machines, count(SHARES.disks)),
      snapshots: count(SHARES.snapshots),
      public_ips: count(SHARES.public_ips),
      scale_sets: clusters * POOLS_PER_CLUSTER,
      clusters,
      databases: count(SHARES.databases),
      stores: count(SHARES.stores),
      // Every other one is a function app.
      sites: 2 * count(SHARES.sites / 2),
      few: count(SHARES.few),
    };
  }

  group(index: number): string {
    return `rg-${index % this.counts.groups}`;
  }

  /** The id of a resource. @param type with its namespace: `Microsoft.Compute/disks` */
  path(type: string, name: string, group: string): string {
    return `/subscriptions/${this.id}/resourceGroups/${group}/providers/${type}/${name}`;
  }

  subnetOf(index: number): number {
    return index % this.counts.subnets;
  }

  networkOf(subnet: number): number {
    return subnet % this.counts.networks;
  }

  /** What is in one network is in its region. */
  location(index: number): string {
    const network = this.networkOf(this.subnetOf(index));
    return this.#locations[network % this.#locations.length] ?? '';
  }

  subnetId(index: number): string {
    const subnet = this.subnetOf(index);
    return `${this.networkId(this.networkOf(subnet))}/subnets/subnet-${subnet}`;
  }

  networkId(network: number): string {
    return this.path('Microsoft.Network/virtualNetworks', `vnet-${network}`, this.group(network));
  }

  securityGroupId(index: number): string {
    const group = hash32(this.#seed, 'nsg', index) % this.counts.security_groups;
    const type = 'Microsoft.Network/networkSecurityGroups';
    return this.path(type, `nsg-${group}`, this.group(group));
  }

  /** Every subscription numbers its own from 10.0.0.4 on: the same addresses stand in all of them. */
  address(index: number): string {
    const place = index + 4;
    return `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`;
  }

  guid(kind: string, index: number): string {
    const hex = hexId(32, index, this.#seed, this.id, kind);
    return [8, 12, 16, 20, 32]
      .map((end, part) => hex.slice([0, 8, 12, 16, 20][part] ?? 0, end))
      .join('-');
  }

  /** Tags, which change with each epoch for some. */
  tags(kind: string, index: number, epoch: number): Record<string, string> {
    let revision = 0;
    for (let past = 1; past <= epoch; past += 1) {
      if (happens(this.#changedShare, this.#seed, this.id, kind, index, past)) revision += 1;
    }
    return {
      environment: ['production', 'staging', 'development'][index % 3] ?? '',
      team: ['payments', 'search', 'platform', 'data'][index % 4] ?? '',
      revision: String(revision),
    };
  }
}
