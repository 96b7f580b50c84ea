import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { aggregatedPage, allItems, globalPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, pathOf } from '../resource-name.ts';

/** Every status of a snapshot. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CREATING: 'planned',
  UPLOADING: 'planned',
  READY: 'active',
  DELETING: 'under_maintenance',
  FAILED: 'failed',
};

export const resourceType = defineResourceType({
  name: 'gcp_compute_snapshot',
  provider: 'gcp',
  ci_types: ['snapshot'],
  summary: 'A snapshot in use: one that a disk of the project was made from.',
  permissions: ['compute.snapshots.list', 'compute.disks.list'],
  level: 'account',

  async listPage(gcp: GcpClient, pageToken, signal) {
    const inUse = await gcp.memo('snapshots-in-use', () => snapshotsInUse(gcp, signal));
    const page = await globalPage(gcp, { service: 'SnapshotsClient' }, pageToken, signal);
    const records = page.records.filter((record) => {
      const path = pathOf(textAt(record, 'selfLink'));
      // What cannot be told is listed: its record says what is wrong with it.
      return path === null || inUse.paths.has(path);
    });
    const incomplete_reason = page.incomplete_reason ?? inUse.incomplete_reason;
    return { ...page, records, ...(incomplete_reason !== undefined && { incomplete_reason }) };
  },

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    status: text,
    diskSizeGb: count,
    storageBytes: count,
    storageLocations: texts,
    snapshotType: text,
    autoCreated: flag,
    sourceDisk: text,
    creationTimestamp: instant,
    snapshotEncryptionKey: z.object({ kmsKeyName: text }).nullish(),
    labels: labelMap,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'snapshot',
    name: record.name,
    display_name: record.name,
    status: STATUSES[record.status ?? ''] ?? 'active',
    external_id: pathOf(record.selfLink),
    ...described(record.labels, [record.name, scope.account]),
    attributes: {
      snapshot_id: record.id,
      disk_size_gb: record.diskSizeGb,
      storage_bytes: record.storageBytes,
      storage_locations: record.storageLocations,
      snapshot_type: record.snapshotType?.toLowerCase() ?? null,
      auto_created: record.autoCreated,
      source_disk: pathOf(record.sourceDisk),
      kms_key: record.snapshotEncryptionKey?.kmsKeyName ?? null,
      status: record.status,
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    backs_up: { type: 'backs_up', target: 'gcp_compute_disk', spread: 'none' },
  },
  references: ({ sourceDisk }) => refer('backs_up', sourceDisk),
  // It shrinks and grows as its neighbours in the chain are deleted.
  volatile: ['attributes.storage_bytes'],
});

async function snapshotsInUse(gcp: GcpClient, signal: AbortSignal) {
  const list = {
    service: 'DisksClient',
    collection: 'disks',
    fields: ['sourceSnapshot'],
  } as const;
  const disks = await allItems((pageToken) => aggregatedPage(gcp, list, pageToken, signal));
  const paths = disks.items.flatMap((disk) => pathOf(textAt(disk, 'sourceSnapshot')) ?? []);
  return { paths: new Set(paths), incomplete_reason: disks.incomplete_reason };
}
