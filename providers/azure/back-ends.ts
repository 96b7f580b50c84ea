import type { Reference } from '../../model/resource-type.ts';
import { dnsKey, idKey, privateIpKey } from './keys.ts';
import { ownerOf } from './resource-id.ts';

/** One member of a back-end pool, as far as the pool names it. */
export interface BackEnd {
  /** The id of an interface's IP configuration. */
  ipConfiguration?: string | null;
  /** A private address; it names something only with the network in which it is one. */
  address?: string | null;
  network?: string | null;
  hostName?: string | null;
}

/**
 * The members of a pool, which stand in for each other: one of them must be up.
 *
 * @param poolId groups them
 */
export function backendReferences(
  poolId: string,
  members: readonly BackEnd[],
): Reference<'has_backend'>[] {
  const pool = idKey(poolId);
  // A pool names a member by its configuration, by its address, or by both.
  const keys = new Set(members.flatMap((member) => keyOf(member) ?? []));
  return [...keys].sort().map((key) => ({
    relation: 'has_backend',
    key,
    discriminator: pool,
    redundancy_group: pool,
    min_up: 1,
  }));
}

/**
 * `…/networkInterfaces/web/ipConfigurations/main` is the interface's; within a scale set,
 * `…/virtualMachines/3/networkInterfaces/…` is the instance's, whose interfaces are no resources.
 */
function keyOf({ ipConfiguration, address, network, hostName }: BackEnd): string | null {
  if (ipConfiguration) {
    return ipConfiguration.toLowerCase().includes('/virtualmachines/')
      ? ownerOf(ipConfiguration, 'networkInterfaces')
      : ownerOf(ipConfiguration, 'ipConfigurations');
  }
  if (address && network) return privateIpKey(network, address);
  return hostName ? dnsKey(hostName) : null;
}
