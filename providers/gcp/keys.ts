import { lastPart, pathOf, placeOf } from './resource-name.ts';

export { dnsKey, gcpInstanceIdKey, publicIpKey } from '../../model/keys.ts';

/*
 * The keys by which GCP items are known, and the only place that spells them. A key must belong to
 * one item: with two owners it resolves to nobody.
 *
 *   //compute.googleapis.com/projects/p/zones/z/instances/web-1   the full resource name of anything
 *   gcp:projects/p/zones/z/instances/web-1    the path of something of Compute Engine, as a
 *                                             Kubernetes providerID or volumeHandle spells it
 *   gcp:projects/p                            a project
 *   gcp:instance-id/4711                      an instance by its number, as it knows itself
 *   ip:projects/p/global/networks/n/10.0.0.7  a private address, within its network
 *   ip:public/203.0.113.9                     a public address
 *   dns:web-1.europe-west1-b.c.p.internal     a host name that is unique in the world
 *
 * An address is announced by one item alone: the instance that has it, else the forwarding rule that
 * has it to itself, else the reserved address.
 */

/** The key of something of Compute Engine, by any of its names: `...refer('in_subnet', url, …)`. */
export function computeKey(name: string): string {
  return `gcp:${pathOf(name) ?? name}`;
}

export function projectKey(project: string): string {
  return `gcp:projects/${project}`;
}

/** @param network any name of the network */
export function privateIpKey(network: string, address: string): string {
  return `ip:${pathOf(network) ?? network}/${address}`;
}

/**
 * The zonal DNS name of an instance (`web-1.europe-west1-b.c.p.internal`), which is unique because
 * it names zone and project. A project of a domain (`example.com:p`) is written the other way round.
 *
 * @param path of the instance
 */
export function internalDnsName(path: string, project: string): string | null {
  const { availability_zone: zone } = placeOf(path);
  const [name, domain] = [project.split(':').at(-1), project.split(':').at(-2)];
  return zone === undefined
    ? null
    : `${lastPart(path)}.${zone}.c.${domain ? `${name}.${domain}` : name}.internal`;
}
