import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { clusterObjectId, described, metadata, text } from '../fields.ts';
import { clusterKey, clusterObjectKey } from '../keys.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_namespace',
  provider: 'kubernetes',
  ci_types: ['kubernetes_namespace'],
  summary: 'A namespace of the cluster, of which everything in it is part.',
  permissions: ['core/namespaces:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/api/v1/namespaces', pageToken, signal),

  record: z.object({ metadata, status: z.object({ phase: text }).nullish() }),
  nativeId: (record, scope) => clusterObjectId('Namespace', record, scope),

  toItem: ({ metadata: meta, status }, scope) => ({
    ci_type: 'kubernetes_namespace',
    // Its own name says what others read from their namespace's.
    ...described({ ...meta, namespace: meta.name }, scope),
    display_name: meta.name,
    status: status?.phase === 'Terminating' ? 'under_maintenance' : 'active',
    attributes: { created_at: meta.creationTimestamp, phase: status?.phase ?? null },
  }),

  keys: ({ metadata: { name } }, scope) => [clusterObjectKey(scope, 'Namespace', name)],
  relations: {
    in_cluster: { type: 'part_of', target: 'kubernetes_cluster', spread: 'forward' },
  },
  references: (_record, scope) => [{ relation: 'in_cluster', key: clusterKey(scope) }],
  volatile: [],
});
