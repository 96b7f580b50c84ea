import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { metadata, namespacedId } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { podTemplate } from '../pod-spec.ts';
import { describedWorkload, tally, WORKLOAD_RELATIONS, workloadReferences } from '../workload.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_daemon_set',
  provider: 'kubernetes',
  ci_types: ['microservice'],
  summary: 'A DaemonSet, with on how many nodes it is wanted and ready.',
  permissions: ['apps/daemonsets:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/apps/v1/daemonsets', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({ template: podTemplate }),
    status: z.object({
      desiredNumberScheduled: tally,
      numberReady: tally,
      numberAvailable: tally,
    }),
  }),
  nativeId: (record, scope) => namespacedId('DaemonSet', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const { attributes, ...item } = describedWorkload(meta, spec.template.spec, scope);
    const { desiredNumberScheduled: wanted, numberReady: ready } = status;
    return {
      ...item,
      // Wanted on no node: its selector fits none just now.
      status: wanted === 0 ? 'inactive' : ready === 0 ? 'failed' : 'active',
      attributes: {
        ...attributes,
        wanted_nodes: wanted,
        ready_nodes: ready,
        available_nodes: status.numberAvailable,
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'DaemonSet', namespace, name)],
  relations: WORKLOAD_RELATIONS,
  references: ({ metadata: meta, spec }, scope) =>
    workloadReferences(meta, spec.template.spec, scope),
  // All three follow the number of nodes.
  volatile: ['attributes.wanted_nodes', 'attributes.ready_nodes', 'attributes.available_nodes'],
});
