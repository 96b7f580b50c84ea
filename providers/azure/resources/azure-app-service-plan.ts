import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { count, flag, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { canonicalIdAt } from '../resource-id.ts';

/** Every status of the SDK's `StatusOptions`. */
const STATES: Readonly<Record<string, CiStatus>> = {
  Ready: 'active',
  Pending: 'planned',
  Creating: 'planned',
};

export const resourceType = defineResourceType({
  name: 'azure_app_service_plan',
  provider: 'azure',
  ci_types: ['service'],
  summary: 'An App Service plan: the workers that web and function apps run on.',
  permissions: ['Microsoft.Web/serverfarms/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('appservice')).appServicePlans.list(), pageToken, signal),

  record: z.object({
    ...armFields,
    kind: text,
    sku: z.object({ name: text, tier: text, capacity: count }).nullish(),
    status: text,
    provisioningState: text,
    reserved: flag,
    numberOfSites: count,
    maximumNumberOfWorkers: count,
    zoneRedundant: flag,
    elasticScaleEnabled: flag,
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'service',
    ...armItem(record),
    status: STATES[record.status ?? ''] ?? provisioned(record.provisioningState),
    attributes: {
      kind: record.kind,
      sku: record.sku?.name ?? null,
      tier: record.sku?.tier ?? null,
      workers: record.sku?.capacity ?? null,
      max_workers: record.maximumNumberOfWorkers,
      site_count: record.numberOfSites,
      // App Service calls workers with Linux reserved.
      os_type: record.reserved === null ? null : record.reserved ? 'linux' : 'windows',
      zone_redundant: record.zoneRedundant,
      elastic_scale: record.elasticScaleEnabled,
      state: record.status,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],
  relations: { in_group: IN_GROUP },
  references: (record) => inGroup(record),
  volatile: [],
});
