import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { diskKey } from '../cloud.ts';
import { clusterObjectId, described, listOf, metadata, text } from '../fields.ts';
import { clusterKey, clusterObjectKey } from '../keys.ts';
import { gigabytes, quantity } from '../quantity.ts';

/** Every phase of a volume; one that is `Released` holds the data of a claim that is gone. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Pending: 'planned',
  Available: 'inactive',
  Bound: 'active',
  Released: 'inactive',
  Failed: 'failed',
};

export const resourceType = defineResourceType({
  name: 'kubernetes_persistent_volume',
  provider: 'kubernetes',
  ci_types: ['block_storage'],
  summary: 'A PersistentVolume, with the disk of the cloud that it lies on.',
  permissions: ['core/persistentvolumes:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/api/v1/persistentvolumes', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      capacity: z.object({ storage: quantity }).nullish(),
      accessModes: listOf(z.string()),
      storageClassName: text,
      persistentVolumeReclaimPolicy: text,
      volumeMode: text,
      claimRef: z.object({ namespace: text, name: text }).nullish(),
      csi: z.object({ driver: z.string(), volumeHandle: z.string(), fsType: text }).nullish(),
    }),
    status: z.object({ phase: text }).nullish(),
  }),
  nativeId: (record, scope) => clusterObjectId('PersistentVolume', record, scope),

  toItem: ({ metadata: meta, spec, status }, scope) => ({
    ci_type: 'block_storage',
    // A volume is in no namespace; its claim's says what it is for.
    ...described({ ...meta, namespace: spec.claimRef?.namespace ?? null }, scope),
    display_name: meta.name,
    status: STATUSES[status?.phase ?? ''] ?? 'active',
    region: meta.labels['topology.kubernetes.io/region'] ?? null,
    availability_zone: meta.labels['topology.kubernetes.io/zone'] ?? null,
    attributes: {
      created_at: meta.creationTimestamp,
      phase: status?.phase ?? null,
      size_gb: gigabytes(spec.capacity?.storage ?? null),
      access_modes: [...spec.accessModes].sort(),
      storage_class: spec.storageClassName,
      reclaim_policy: spec.persistentVolumeReclaimPolicy,
      volume_mode: spec.volumeMode,
      claim: spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : null,
      driver: spec.csi?.driver ?? null,
      volume_handle: spec.csi?.volumeHandle ?? null,
      file_system: spec.csi?.fsType ?? null,
    },
  }),

  keys: ({ metadata: { name } }, scope) => [clusterObjectKey(scope, 'PersistentVolume', name)],
  relations: {
    in_cluster: { type: 'part_of', target: 'kubernetes_cluster', spread: 'none' },
    stored_on: {
      type: 'uses',
      target: 'aws_ebs_volume, azure_disk or gcp_compute_disk',
      spread: 'forward',
    },
  },
  references({ spec: { csi } }, scope) {
    const disk = csi ? diskKey(csi.driver, csi.volumeHandle) : null;
    return [
      { relation: 'in_cluster', key: clusterKey(scope) },
      ...(disk === null ? [] : [{ relation: 'stored_on' as const, key: disk }]),
    ];
  },
  volatile: [],
});
