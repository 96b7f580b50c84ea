import type { Estate } from '../options.ts';
import { happens } from '../random.ts';

/** A kind of resource, by what lists of it are called. */
export type Kind = keyof typeof SHARES;

/**
 * The shares of a project that serves a web shop from virtual machines and GKE, as we have assumed
 * it; not measured anywhere. Of each kind there are three at least, so that every list has pages.
 */
const SHARES = {
  instances: 0.3,
  disks: 0.36,
  snapshots: 0.02,
  addresses: 0.04,
  firewalls: 0.03,
  networks: 0.001,
  subnetworks: 0.01,
  routers: 0.002,
  forwardingRules: 0.01,
  targetHttpProxies: 0.004,
  targetHttpsProxies: 0.004,
  targetTcpProxies: 0.001,
  targetSslProxies: 0.001,
  targetGrpcProxies: 0.001,
  urlMaps: 0.008,
  backendServices: 0.02,
  backendBuckets: 0.002,
  targetPools: 0.002,
  instanceGroups: 0.03,
  instanceGroupManagers: 0.03,
  networkEndpointGroups: 0.02,
  clusters: 0.001,
  sqlInstances: 0.01,
  redisInstances: 0.005,
  buckets: 0.02,
  services: 0.02,
  functions: 0.02,
};
const AT_LEAST = 3;

/** When everything was made, as Compute Engine writes it. */
export const MADE = '2026-01-15T01:30:00.000-08:00';
const HOST = 'https://www.googleapis.com/compute/v1';

/** One project, every resource of which follows from its place in the list. */
export class SyntheticProject {
  readonly id: string;
  readonly zones: readonly string[];
  readonly regions: readonly string[];
  readonly #estate: Estate;
  readonly #total: number;

  constructor(estate: Estate, id: string) {
    this.id = id;
    this.zones = estate.gcp.zones;
    this.regions = [...new Set(estate.gcp.zones.map(regionOf))];
    this.#estate = estate;
    this.#total = estate.gcp.resources / estate.gcp.projects.length;
  }

  count(kind: Kind): number {
    const isThere = this.#estate.gcp.projects.includes(this.id) && this.#total > 0;
    return isThere ? Math.max(Math.round(SHARES[kind] * this.#total), AT_LEAST) : 0;
  }

  /** How often the resource has changed since epoch 0. */
  revision(kind: Kind, index: number, epoch: number): number {
    const { seed, changed_share } = this.#estate;
    let revision = 0;
    for (let past = 1; past <= epoch; past += 1) {
      if (happens(changed_share, seed, this.id, kind, index, past)) revision += 1;
    }
    return revision;
  }

  zoneOf(index: number): string {
    return this.zones[index % this.zones.length] ?? '';
  }

  regionOf(index: number): string {
    return regionOf(this.zoneOf(index));
  }

  /** The URL by which Compute Engine names something. */
  url(path: string): string {
    return `${HOST}/projects/${this.id}/${path}`;
  }

  zonal(kind: string, index: number): string {
    return this.url(`zones/${this.zoneOf(index)}/${kind}/${nameOf(kind, index)}`);
  }

  regional(kind: string, index: number): string {
    return this.url(`regions/${this.regionOf(index)}/${kind}/${nameOf(kind, index)}`);
  }

  global(kind: string, index: number): string {
    return this.url(`global/${kind}/${nameOf(kind, index)}`);
  }

  /** The networks are dealt out to the subnetworks in turn, and those to whatever is in them. */
  networkOf(index: number): string {
    return this.global('networks', (index % this.count('subnetworks')) % this.count('networks'));
  }

  subnetworkOf(index: number): string {
    return this.regional('subnetworks', this.subnetworkIndexOf(index));
  }

  /** One in the region that the thing is in: zones and subnetworks go round in the same order. */
  subnetworkIndexOf(index: number): number {
    const subnetworks = this.count('subnetworks');
    const zones = this.zones.length;
    const rounds = Math.max(Math.floor(subnetworks / zones), 1);
    return ((index % zones) + zones * (Math.floor(index / zones) % rounds)) % subnetworks;
  }

  /** Unique in the project's networks. */
  privateAddress(index: number): string {
    const place = index + 4;
    return `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`;
  }
}

export function nameOf(kind: string, index: number): string {
  return `${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-${index}`;
}

function regionOf(zone: string): string {
  return zone.slice(0, zone.lastIndexOf('-'));
}
