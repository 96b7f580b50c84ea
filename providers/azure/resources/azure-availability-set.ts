import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { count, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_availability_set',
  provider: 'azure',
  ci_types: ['resource_group'],
  summary: 'An availability set, which spreads its virtual machines over fault and update domains.',
  permissions: ['Microsoft.Compute/availabilitySets/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage(
      (await azure.service('compute')).availabilitySets.listBySubscription(),
      pageToken,
      signal,
    ),

  record: z.object({
    ...armFields,
    sku: z.object({ name: text }).nullish(),
    platformFaultDomainCount: count,
    platformUpdateDomainCount: count,
    virtualMachines: listOf(z.object({ id: text })),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'resource_group',
    ...armItem(record),
    attributes: {
      sku: record.sku?.name ?? null,
      fault_domains: record.platformFaultDomainCount,
      update_domains: record.platformUpdateDomainCount,
      machine_count: record.virtualMachines.length,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  // Its machines refer to it.
  relations: { in_group: IN_GROUP },
  references: (record) => inGroup(record),
  volatile: [],
});
