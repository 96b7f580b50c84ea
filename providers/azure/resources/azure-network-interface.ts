import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { flag, link, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { addressKeys, INTERFACES_PERMISSION, macAddress } from '../machine-interfaces.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalId, canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_network_interface',
  provider: 'azure',
  ci_types: ['network_interface'],
  summary: 'A network interface of a virtual machine or of a private endpoint, or of nothing.',
  permissions: [INTERFACES_PERMISSION],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).networkInterfaces.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    provisioningState: text,
    macAddress: text,
    enableAcceleratedNetworking: flag,
    enableIPForwarding: flag,
    nicType: text,
    virtualMachine: link,
    privateEndpoint: link,
    networkSecurityGroup: link,
    dnsSettings: z
      .object({ internalDomainNameSuffix: text, appliedDnsServers: listOf(z.string()) })
      .nullish(),
    ipConfigurations: listOf(
      z.object({
        name: text,
        primary: flag,
        privateIPAddress: text,
        privateIPAllocationMethod: text,
        subnet: link,
        publicIPAddress: link,
      }),
    ),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => {
    const [first] = record.ipConfigurations;
    const main = record.ipConfigurations.find(({ primary }) => primary === true) ?? first;
    const isUsed = record.virtualMachine !== null || record.privateEndpoint !== null;
    const status = provisioned(record.provisioningState);
    return {
      ci_type: 'network_interface',
      ...armItem(record),
      status: status === 'active' && !isUsed ? 'inactive' : status,
      ip_address: main?.privateIPAddress ?? null,
      attributes: {
        mac_address: macAddress(record.macAddress),
        private_ip_addresses: record.ipConfigurations
          .flatMap(({ privateIPAddress }) => privateIPAddress ?? [])
          .sort(),
        allocation: main?.privateIPAllocationMethod ?? null,
        accelerated_networking: record.enableAcceleratedNetworking,
        ip_forwarding: record.enableIPForwarding,
        nic_type: record.nicType,
        dns_suffix: record.dnsSettings?.internalDomainNameSuffix ?? null,
        dns_servers: record.dnsSettings?.appliedDnsServers ?? [],
        attached_to: record.virtualMachine && canonicalId(record.virtualMachine),
        provisioning_state: record.provisioningState,
      },
    };
  },

  // The addresses of a machine's interfaces are the machine's.
  keys: (record) => [
    idKey(record.id),
    ...(record.virtualMachine === null ? addressKeys([record]) : []),
  ],

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'azure_network_security_group', spread: 'none' },
    has_public_ip: { type: 'uses', target: 'azure_public_ip', spread: 'forward' },
    // Whoever calls its address reaches what the endpoint leads to.
    leads_to: { type: 'part_of', target: 'azure_private_endpoint', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...record.ipConfigurations.flatMap(({ subnet }) => refer('in_subnet', subnet)),
    ...refer('guarded_by', record.networkSecurityGroup),
    ...record.ipConfigurations.flatMap(({ publicIPAddress }) =>
      refer('has_public_ip', publicIPAddress),
    ),
    ...refer('leads_to', record.privateEndpoint),
  ],
  volatile: [],
});
