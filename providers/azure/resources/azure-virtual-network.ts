import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { flag, link, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_virtual_network',
  provider: 'azure',
  ci_types: ['vpc'],
  summary: 'A virtual network, and the networks that it is peered with.',
  permissions: ['Microsoft.Network/virtualNetworks/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).virtualNetworks.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    provisioningState: text,
    resourceGuid: text,
    enableDdosProtection: flag,
    addressSpace: z.object({ addressPrefixes: listOf(z.string()) }).nullish(),
    dhcpOptions: z.object({ dnsServers: listOf(z.string()) }).nullish(),
    virtualNetworkPeerings: listOf(
      z.object({ name: text, peeringState: text, remoteVirtualNetwork: link }),
    ),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'vpc',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    attributes: {
      cidr_blocks: [...(record.addressSpace?.addressPrefixes ?? [])].sort(),
      dns_servers: record.dhcpOptions?.dnsServers ?? [],
      ddos_protection: record.enableDdosProtection,
      resource_guid: record.resourceGuid,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],

  relations: {
    in_group: IN_GROUP,
    peered_with: { type: 'connects_to', target: 'azure_virtual_network', spread: 'none' },
  },
  references: (record) => [
    ...inGroup(record),
    ...record.virtualNetworkPeerings.flatMap(({ name, peeringState, remoteVirtualNetwork }) =>
      refer('peered_with', remoteVirtualNetwork, {
        attributes: { peering: name, state: peeringState },
      }),
    ),
  ],
  volatile: [],
});
