import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { armFields, armItem, IN_GROUP, inGroup, provisioned, zoneOf } from '../arm-resource.ts';
import type { AzureClient } from '../client.ts';
import { amount, count, instant, listOf, text } from '../fields.ts';
import { idKey } from '../keys.ts';
import { listPage } from '../paging.ts';
import { refer } from '../refer.ts';
import { canonicalId, canonicalIdAt } from '../resource-id.ts';

/** Every state of the SDK's `DiskState`; `Reserved` is a disk of a machine that is deallocated. */
const STATES: Readonly<Record<string, CiStatus>> = {
  Unattached: 'inactive',
  Attached: 'active',
  Reserved: 'active',
  Frozen: 'active',
  ActiveSAS: 'active',
  ActiveSASFrozen: 'active',
  ReadyToUpload: 'planned',
  ActiveUpload: 'planned',
};

export const resourceType = defineResourceType({
  name: 'azure_disk',
  provider: 'azure',
  ci_types: ['block_storage'],
  summary: 'A managed disk, attached or not; the machine that uses it refers to it.',
  permissions: ['Microsoft.Compute/disks/read'],
  level: 'account',

  listPage: async (azure: AzureClient, pageToken, signal) =>
    listPage((await azure.service('compute')).disks.list(), pageToken, signal),

  record: z.object({
    ...armFields,
    zones: listOf(z.string()),
    sku: z.object({ name: text }).nullish(),
    diskState: text,
    provisioningState: text,
    diskSizeGB: amount,
    diskIopsReadWrite: count,
    diskMBpsReadWrite: amount,
    osType: text,
    tier: text,
    maxShares: count,
    networkAccessPolicy: text,
    publicNetworkAccess: text,
    timeCreated: instant,
    managedBy: text,
    managedByExtended: listOf(z.string()),
    encryption: z.object({ type: text, diskEncryptionSetId: text }).nullish(),
    creationData: z
      .object({
        createOption: text,
        sourceResourceId: text,
        imageReference: z.object({ id: text }).nullish(),
        galleryImageReference: z.object({ id: text }).nullish(),
      })
      .nullish(),
  }),

  nativeId: canonicalIdAt,

  toItem: (record) => ({
    ci_type: 'block_storage',
    ...armItem(record),
    status: STATES[record.diskState ?? ''] ?? provisioned(record.provisioningState),
    availability_zone: zoneOf(record.location, record.zones),
    attributes: {
      size_gb: record.diskSizeGB,
      sku: record.sku?.name ?? null,
      tier: record.tier,
      iops: record.diskIopsReadWrite,
      throughput_mb_per_second: record.diskMBpsReadWrite,
      os_type: record.osType?.toLowerCase() ?? null,
      max_shares: record.maxShares,
      encryption_type: record.encryption?.type ?? null,
      network_access: record.networkAccessPolicy,
      public_network_access: record.publicNetworkAccess,
      create_option: record.creationData?.createOption ?? null,
      create_time: record.timeCreated,
      state: record.diskState,
      attached_to: [
        ...new Set([record.managedBy, ...record.managedByExtended].flatMap((id) => id ?? [])),
      ]
        .map(canonicalId)
        .sort(),
    },
  }),

  keys: ({ id }) => [idKey(id)],

  relations: {
    in_group: IN_GROUP,
    // Copied from it once; it may be deleted afterwards.
    made_from: { type: 'depends_on', target: 'azure_snapshot', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'disk encryption set', spread: 'forward' },
  },
  references: (record) => [
    ...inGroup(record),
    ...refer(
      'made_from',
      record.creationData?.sourceResourceId ??
        record.creationData?.galleryImageReference?.id ??
        record.creationData?.imageReference?.id,
    ),
    ...refer('encrypted_with', record.encryption?.diskEncryptionSetId),
  ],
  volatile: [],
});
