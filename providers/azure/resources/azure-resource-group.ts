import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { text } from '../fields.ts';
import { idKey, subscriptionKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_resource_group',
  provider: 'azure',
  ci_types: ['resource_group'],
  summary: 'A resource group; a group that a service keeps for its own resources refers to it.',
  permissions: ['Microsoft.Resources/subscriptions/resourceGroups/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('resources')).resourceGroups.list(), pageToken, signal),

  record: z.object({
    ...armFields,
    managedBy: text,
    properties: z.object({ provisioningState: text }).nullish(),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'resource_group',
    ...armItem(record),
    status: provisioned(record.properties?.provisioningState ?? null),
    attributes: {
      managed_by: record.managedBy?.toLowerCase() ?? null,
      provisioning_state: record.properties?.provisioningState ?? null,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  relations: {
    in_subscription: { type: 'part_of', target: 'azure_subscription', spread: 'forward' },
    managed_by: { type: 'managed_by', target: 'azure_aks_cluster', spread: 'none' },
  },
  references: (record, scope) => [
    { relation: 'in_subscription', key: subscriptionKey(scope.account) },
    ...refer('managed_by', record.managedBy),
  ],
  volatile: [],
});
