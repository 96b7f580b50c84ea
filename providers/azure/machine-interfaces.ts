import type { NetworkInterface } from '@azure/arm-network';
import type { z } from 'zod';
import type { AzureClient } from './client.ts';
import { privateIpKey } from './keys.ts';
import { listAllPages } from './paging.ts';
import { type Detail, readDetail } from './read-detail.ts';
import { canonicalId, networkOf } from './resource-id.ts';
import type { MachineInterface, machineInterface } from './vm-parts.ts';

export const INTERFACES_PERMISSION = 'Microsoft.Network/networkInterfaces/read';

/** Interfaces, as they are before they are parsed, by the canonical id of the machine that has them. */
export type InterfacesByMachine = ReadonlyMap<string, JoinedInterface[]>;
export type JoinedInterface = z.input<typeof machineInterface>;

/** The part of an interface that is joined: all of a subscription are in memory at once. */
export function joined(one: NetworkInterface): { machine: string | null; part: JoinedInterface } {
  const { id = '', primary, macAddress, networkSecurityGroup, virtualMachine } = one;
  const ipConfigurations = one.ipConfigurations?.map((configuration) => ({
    privateIPAddress: configuration.privateIPAddress,
    primary: configuration.primary,
    subnet: { id: configuration.subnet?.id },
    publicIPAddress: { id: configuration.publicIPAddress?.id },
  }));
  return {
    machine: virtualMachine?.id ? canonicalId(virtualMachine.id) : null,
    part: {
      id,
      primary,
      macAddress,
      networkSecurityGroup: { id: networkSecurityGroup?.id },
      ipConfigurations,
    },
  };
}

/**
 * The network interfaces of all virtual machines of the subscription, read once a slice: a machine
 * itself names its interfaces, and not their addresses.
 */
export function interfacesByMachine(
  azure: AzureClient,
  signal: AbortSignal,
): Promise<Detail<InterfacesByMachine>> {
  return azure.memo('interfaces by machine', () =>
    readDetail(INTERFACES_PERMISSION, async () =>
      groupedByMachine(
        await listAllPages((await azure.service('network')).networkInterfaces.listAll(), signal, {
          kept: joined,
        }),
      ),
    ),
  );
}

export function groupedByMachine(
  interfaces: ReadonlyArray<ReturnType<typeof joined>>,
): InterfacesByMachine {
  const machines = new Map<string, JoinedInterface[]>();
  for (const { machine, part } of interfaces) {
    if (machine === null) continue;
    const known = machines.get(machine);
    if (known) known.push(part);
    else machines.set(machine, [part]);
  }
  return machines;
}

/** The keys of all addresses that the interfaces have, each within its network. */
export function addressKeys(interfaces: ReadonlyArray<Pick<MachineInterface, 'ipConfigurations'>>) {
  return interfaces.flatMap(({ ipConfigurations }) =>
    ipConfigurations.flatMap(({ privateIPAddress, subnet }) => {
      const network = subnet && networkOf(subnet);
      return privateIPAddress && network ? [privateIpKey(network, privateIPAddress)] : [];
    }),
  );
}

/** The networks, subnets and security groups in which the interfaces stand, each once. */
export function placesOf(interfaces: readonly MachineInterface[]) {
  const subnets = new Set<string>();
  const securityGroups = new Set<string>();
  for (const { ipConfigurations, networkSecurityGroup } of interfaces) {
    for (const { subnet } of ipConfigurations) if (subnet) subnets.add(canonicalId(subnet));
    if (networkSecurityGroup) securityGroups.add(canonicalId(networkSecurityGroup));
  }
  const networks = new Set([...subnets].flatMap((subnet) => networkOf(subnet) ?? []));
  return { subnets: [...subnets], networks: [...networks], securityGroups: [...securityGroups] };
}

/** The fields of a machine's item that its interfaces tell. */
export function networkFields(interfaces: readonly MachineInterface[]) {
  const first = interfaces.find(({ primary }) => primary === true) ?? interfaces[0];
  const configurations = first?.ipConfigurations ?? [];
  const main = configurations.find(({ primary }) => primary === true) ?? configurations[0];
  return {
    ip_address: main?.privateIPAddress ?? null,
    mac_addresses: interfaces.flatMap((one) => macAddress(one.macAddress) ?? []).sort(),
    network_interfaces: interfaces
      .map((one) => ({
        id: canonicalId(one.id),
        mac: macAddress(one.macAddress),
        ip_address: one.ipConfigurations[0]?.privateIPAddress ?? null,
        subnet_id: one.ipConfigurations[0]?.subnet?.toLowerCase() ?? null,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Azure writes `00-0D-3A-12-34-56`; machines and other clouds `00:0d:3a:12:34:56`. */
export function macAddress(azures: string | null): string | null {
  return azures?.toLowerCase().replaceAll('-', ':') ?? null;
}
