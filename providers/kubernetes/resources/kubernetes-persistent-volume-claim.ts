import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { described, listOf, metadata, namespacedId, text } from '../fields.ts';
import { clusterObjectKey, objectKey } from '../keys.ts';
import { gigabytes, quantity } from '../quantity.ts';
import { IN_NAMESPACE, inNamespace } from '../refer.ts';

/** Every phase of a claim; `Lost` is one whose volume is gone. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Pending: 'planned',
  Bound: 'active',
  Lost: 'failed',
};

const storage = z.object({ storage: quantity }).nullish();

export const resourceType = defineResourceType({
  name: 'kubernetes_persistent_volume_claim',
  provider: 'kubernetes',
  ci_types: ['block_storage'],
  summary: 'A PersistentVolumeClaim with the volume that it is bound to.',
  permissions: ['core/persistentvolumeclaims:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/api/v1/persistentvolumeclaims', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      volumeName: text,
      storageClassName: text,
      accessModes: listOf(z.string()),
      resources: z.object({ requests: storage }).nullish(),
    }),
    status: z.object({ phase: text, capacity: storage }).nullish(),
  }),
  nativeId: (record, scope) => namespacedId('PersistentVolumeClaim', record, scope),

  toItem: ({ metadata: meta, spec, status }, scope) => ({
    ci_type: 'block_storage',
    ...described(meta, scope),
    status: STATUSES[status?.phase ?? ''] ?? 'planned',
    attributes: {
      namespace: meta.namespace,
      created_at: meta.creationTimestamp,
      phase: status?.phase ?? null,
      size_gb: gigabytes(status?.capacity?.storage ?? null),
      requested_gb: gigabytes(spec.resources?.requests?.storage ?? null),
      access_modes: [...spec.accessModes].sort(),
      storage_class: spec.storageClassName,
      volume: spec.volumeName,
    },
  }),

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'PersistentVolumeClaim', namespace, name)],
  relations: {
    ...IN_NAMESPACE,
    bound_to: { type: 'uses', target: 'kubernetes_persistent_volume', spread: 'forward' },
  },
  references: ({ metadata: meta, spec }, scope) => [
    ...inNamespace(meta, scope),
    ...(spec.volumeName === null
      ? []
      : [
          {
            relation: 'bound_to' as const,
            key: clusterObjectKey(scope, 'PersistentVolume', spec.volumeName),
          },
        ]),
  ],
  volatile: [],
});
