import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { amount, flag, instant, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalIdAt } from '../resource-id.ts';

export const resourceType = defineResourceType({
  name: 'azure_snapshot',
  provider: 'azure',
  ci_types: ['snapshot'],
  summary: 'A snapshot of a managed disk, and the disk that it was taken of.',
  permissions: ['Microsoft.Compute/snapshots/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('compute')).snapshots.list(), pageToken, signal),

  record: z.object({
    ...armFields,
    sku: z.object({ name: text }).nullish(),
    provisioningState: text,
    diskSizeGB: amount,
    osType: text,
    incremental: flag,
    networkAccessPolicy: text,
    timeCreated: instant,
    encryption: z.object({ type: text, diskEncryptionSetId: text }).nullish(),
    creationData: z.object({ createOption: text, sourceResourceId: text }).nullish(),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'snapshot',
    ...armItem(record),
    status: provisioned(record.provisioningState),
    attributes: {
      size_gb: record.diskSizeGB,
      sku: record.sku?.name ?? null,
      os_type: record.osType?.toLowerCase() ?? null,
      incremental: record.incremental,
      encryption_type: record.encryption?.type ?? null,
      network_access: record.networkAccessPolicy,
      create_option: record.creationData?.createOption ?? null,
      create_time: record.timeCreated,
      provisioning_state: record.provisioningState,
    },
  }),

  keys: ({ id }) => [idKey(id)],

  relations: {
    in_group: IN_GROUP,
    // A snapshot outlives its disk, and a disk works without its snapshots.
    taken_of: { type: 'backs_up', target: 'azure_disk', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'disk encryption set', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...refer('taken_of', record.creationData?.sourceResourceId),
    ...refer('encrypted_with', record.encryption?.diskEncryptionSetId),
  ],
  volatile: [],
});
