import { networkInterfaces } from 'node:os';
import si from 'systeminformation';
import { z } from 'zod';
import { addressScope, canonicalAddress } from './addresses.ts';

export const networkInterfaceSchema = z.object({
  name: z.string(),
  /** Lower case; null where it has none, as tunnels do. */
  mac: z.string().nullable(),
  /** Canonical and sorted; link-local ones left out, as every interface has one. */
  addresses: z.array(z.string()),
  mtu: z.number().nullable(),
  speed_mbit_per_second: z.number().nullable(),
  /** `wired`, `wireless`, `virtual`, as systeminformation calls it. */
  type: z.string().nullable(),
  is_virtual: z.boolean(),
  /** The one that the default route goes through. */
  is_default: z.boolean(),
  is_up: z.boolean(),
});
export type NetworkInterface = z.infer<typeof networkInterfaceSchema>;

/** The machine's end of a container's cable: made and unmade with each container. */
const CONTAINER_CABLE = /^(veth|cali|lxc|cni-podman|nerdctl)/;
/** A network within the machine, with the same addresses on every machine that has one. */
const INTERNAL_BRIDGE = /^(docker|br-|virbr|cni|podman|lxdbr|lxcbr|flannel|vmnet|bridge)/;

/** Reads the network interfaces, loopback and the cables of containers left out; sorted. */
export async function readNetworkInterfaces(): Promise<NetworkInterface[]> {
  const listed = await si.networkInterfaces();
  // systeminformation gives one address of each family, the system all of them.
  const system = networkInterfaces();
  const interfaces = (Array.isArray(listed) ? listed : [listed])
    .filter(({ internal, iface }) => !internal && !CONTAINER_CABLE.test(iface))
    .map((entry): NetworkInterface => {
      const addresses = (system[entry.iface] ?? [])
        .map(({ address }) => canonicalAddress(address))
        .filter((address) => addressScope(address) !== 'link_local');
      return {
        name: entry.iface,
        mac: entry.mac && !/^[0:]*$/.test(entry.mac) ? entry.mac.toLowerCase() : null,
        addresses: [...new Set(addresses)].sort(),
        mtu: entry.mtu || null,
        speed_mbit_per_second: entry.speed !== null && entry.speed > 0 ? entry.speed : null,
        type: entry.type || null,
        is_virtual: entry.virtual || INTERNAL_BRIDGE.test(entry.iface),
        is_default: entry.default,
        is_up: entry.operstate !== 'down',
      };
    });
  return interfaces.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every address of this machine but loopback, canonical, those of internal bridges included. */
export function ownAddresses(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const addresses = entries.filter(({ internal }) => !internal);
  return [...new Set(addresses.map(({ address }) => canonicalAddress(address)))].sort();
}

/** Those of them that another machine may reach under the same address. */
export function reachableAddresses(interfaces: readonly NetworkInterface[]): string[] {
  return interfaces
    .filter(({ name }) => !INTERNAL_BRIDGE.test(name))
    .flatMap(({ addresses }) => addresses);
}

/**
 * The MAC addresses that stand for one interface each: a VLAN and a bond have that of the
 * interface below, which is the one that counts.
 */
export function macOwners(interfaces: readonly NetworkInterface[]): Map<string, string> {
  const owners = new Map<string, string>();
  const physicalFirst = [...interfaces].sort(
    (a, b) => Number(a.is_virtual) - Number(b.is_virtual) || (a.name < b.name ? -1 : 1),
  );
  for (const { mac, name } of physicalFirst) {
    if (mac !== null && !owners.has(mac)) owners.set(mac, name);
  }
  return owners;
}
