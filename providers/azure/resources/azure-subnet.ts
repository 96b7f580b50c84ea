import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armItem, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { link, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt, networkOf } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_subnet',
  provider: 'azure',
  ci_types: ['subnet'],
  summary: 'A subnet, as its virtual network lists it, with what guards and routes it.',
  permissions: ['Microsoft.Network/virtualNetworks/read'],
  level: 'account',

  async listPage(azure: AzureClient, pageToken, signal) {
    const { virtualNetworks } = await azure.service('network');
    const page = await listPage(virtualNetworks.listAll(), pageToken, signal);
    const records = page.records.flatMap(({ location, subnets = [] }) =>
      subnets.map((subnet) => ({ ...subnet, location })),
    );
    return { ...page, records };
  },

  record: z.object({
    id: z.string(),
    name: z.string(),
    location: text,
    provisioningState: text,
    addressPrefix: text,
    addressPrefixes: listOf(z.string()),
    networkSecurityGroup: link,
    routeTable: link,
    natGateway: link,
    serviceEndpoints: listOf(z.object({ service: text })),
    delegations: listOf(z.object({ serviceName: text })),
    purpose: text,
    privateEndpointNetworkPolicies: text,
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'subnet',
    ...armItem({ ...record, tags: {} }),
    status: provisioned(record.provisioningState),
    attributes: {
      // A subnet has the one field or, with several ranges, the other.
      cidr_blocks: [
        ...(record.addressPrefix ? [record.addressPrefix] : record.addressPrefixes),
      ].sort(),
      service_endpoints: record.serviceEndpoints.flatMap(({ service }) => service ?? []).sort(),
      delegated_to: record.delegations.flatMap(({ serviceName }) => serviceName ?? []).sort(),
      purpose: record.purpose,
      private_endpoint_policies: record.privateEndpointNetworkPolicies,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],

  relations: {
    in_network: { type: 'part_of', target: 'azure_virtual_network', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'azure_network_security_group', spread: 'none' },
    routed_by: { type: 'uses', target: 'azure_route_table', spread: 'forward' },
    goes_out_by: { type: 'uses', target: 'azure_nat_gateway', spread: 'forward' },
  },
  references: (record) => [
    ...refer('in_network', networkOf(record.id)),
    ...refer('guarded_by', record.networkSecurityGroup),
    ...refer('routed_by', record.routeTable),
    ...refer('goes_out_by', record.natGateway),
  ],
  volatile: [],
});
