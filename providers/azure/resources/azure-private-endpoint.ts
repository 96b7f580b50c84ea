import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { link, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

const connections = listOf(
  z.object({
    privateLinkServiceId: text,
    groupIds: listOf(z.string()),
    privateLinkServiceConnectionState: z.object({ status: text }).nullish(),
  }),
);

export const resourceType = defineResourceType({
  name: 'azure_private_endpoint',
  provider: 'azure',
  ci_types: ['network_gateway'],
  summary:
    'A private endpoint: the way from a subnet to a database, cache, storage or other service.',
  permissions: ['Microsoft.Network/privateEndpoints/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage(
      (await azure.service('network')).privateEndpoints.listBySubscription(),
      pageToken,
      signal,
    ),

  record: z.object({
    ...armFields,
    provisioningState: text,
    subnet: link,
    privateLinkServiceConnections: connections,
    // Those that somebody at the other side must approve.
    manualPrivateLinkServiceConnections: connections,
    customDnsConfigs: listOf(z.object({ fqdn: text })),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'network_gateway',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    attributes: {
      connection_states: connectionsOf(record)
        .flatMap((one) => one.privateLinkServiceConnectionState?.status ?? [])
        .sort(),
      group_ids: connectionsOf(record)
        .flatMap(({ groupIds }) => groupIds)
        .sort(),
      host_names: record.customDnsConfigs.flatMap(({ fqdn }) => fqdn ?? []).sort(),
      provisioning_state: record.provisioningState,
    },
  }),

  // Its address is its interface's, its host names are those of the service.
  keys: ({ id }) => [idKey(id)],

  relations: {
    in_group: IN_GROUP,
    in_subnet: { type: 'part_of', target: 'azure_subnet', spread: 'forward' },
    // Any service that can be reached so: databases, caches, storage accounts, sites.
    leads_to: { type: 'connects_to', target: 'azure_sql_server', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...refer('in_subnet', record.subnet),
    ...connectionsOf(record).flatMap(({ privateLinkServiceId, groupIds }) =>
      refer('leads_to', privateLinkServiceId, { attributes: { group_ids: [...groupIds].sort() } }),
    ),
  ],
  volatile: [],
});

function connectionsOf(record: {
  privateLinkServiceConnections: z.infer<typeof connections>;
  manualPrivateLinkServiceConnections: z.infer<typeof connections>;
}) {
  return [...record.privateLinkServiceConnections, ...record.manualPrivateLinkServiceConnections];
}
