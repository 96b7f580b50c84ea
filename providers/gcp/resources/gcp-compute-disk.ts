import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, instant, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, lastPart, pathOf, placeOf } from '../resource-name.ts';

/** Every status of a disk; one that is ready and that nothing uses is inactive. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CREATING: 'planned',
  READY: 'active',
  RESTORING: 'under_maintenance',
  DELETING: 'under_maintenance',
  UNAVAILABLE: 'failed',
  FAILED: 'failed',
};

export const resourceType = defineResourceType({
  name: 'gcp_compute_disk',
  provider: 'gcp',
  ci_types: ['block_storage'],
  summary: 'A zonal or regional disk, attached or not; the instance that uses it refers to it.',
  permissions: ['compute.disks.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(gcp, { service: 'DisksClient', collection: 'disks' }, pageToken, signal),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    status: text,
    sizeGb: count,
    type: text,
    provisionedIops: count,
    provisionedThroughput: count,
    replicaZones: texts,
    sourceImage: text,
    sourceSnapshot: text,
    users: texts,
    creationTimestamp: instant,
    lastAttachTimestamp: instant,
    lastDetachTimestamp: instant,
    // The key's own bytes stand beside its name where the customer supplies them.
    diskEncryptionKey: z.object({ kmsKeyName: text }).nullish(),
    labels: labelMap,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem(record, scope) {
    const status = STATUSES[record.status ?? ''] ?? 'active';
    return {
      ci_type: 'block_storage',
      name: record.name,
      display_name: record.name,
      status: status === 'active' && record.users.length === 0 ? 'inactive' : status,
      ...placeOf(pathOf(record.selfLink)),
      external_id: pathOf(record.selfLink),
      ...described(record.labels, [record.name, scope.account]),
      attributes: {
        disk_id: record.id,
        size_gb: record.sizeGb,
        disk_type: lastPart(record.type),
        iops: record.provisionedIops,
        throughput_mib_per_second: record.provisionedThroughput,
        replica_zones: record.replicaZones.flatMap((zone) => lastPart(zone) ?? []),
        source_image: pathOf(record.sourceImage),
        source_snapshot: pathOf(record.sourceSnapshot),
        kms_key: record.diskEncryptionKey?.kmsKeyName ?? null,
        status: record.status,
        creation_time: record.creationTimestamp,
        last_attach_time: record.lastAttachTimestamp,
        last_detach_time: record.lastDetachTimestamp,
        attached_to: record.users.flatMap((user) => pathOf(user) ?? []),
      },
    };
  },

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    // Copied from it once; it may be deleted afterwards.
    made_from: { type: 'depends_on', target: 'gcp_compute_snapshot', spread: 'none' },
  },
  references: ({ sourceSnapshot }) => refer('made_from', sourceSnapshot),
  volatile: [],
});
