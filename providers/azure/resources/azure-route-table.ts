import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { flag, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_route_table',
  provider: 'azure',
  ci_types: ['route_table'],
  summary: 'A route table with its routes; the subnets that it routes refer to it.',
  permissions: ['Microsoft.Network/routeTables/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('network')).routeTables.listAll(), pageToken, signal),

  record: z.object({
    ...armFields,
    provisioningState: text,
    disableBgpRoutePropagation: flag,
    routes: listOf(
      z.object({ name: text, addressPrefix: text, nextHopType: text, nextHopIpAddress: text }),
    ),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'route_table',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    attributes: {
      routes: record.routes
        .map(({ name, addressPrefix, nextHopType, nextHopIpAddress }) => ({
          name,
          destination: addressPrefix,
          next_hop: nextHopIpAddress ?? nextHopType,
        }))
        .sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
      bgp_propagation: record.disableBgpRoutePropagation !== true,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  relations: { in_group: IN_GROUP },
  references: (record) => inGroup(record),
  volatile: [],
});
