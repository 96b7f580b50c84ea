import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { metadata, namespacedId, text } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { podTemplate } from '../pod-spec.ts';
import {
  describedWorkload,
  replicas,
  tally,
  WORKLOAD_RELATIONS,
  workloadReferences,
} from '../workload.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_stateful_set',
  provider: 'kubernetes',
  ci_types: ['microservice'],
  summary: 'A StatefulSet, with how many replicas it wants and has.',
  permissions: ['apps/statefulsets:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/apps/v1/statefulsets', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({ replicas, serviceName: text, template: podTemplate }),
    status: z.object({ readyReplicas: tally, availableReplicas: tally }),
  }),
  nativeId: (record, scope) => namespacedId('StatefulSet', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const { attributes, ...item } = describedWorkload(meta, spec.template.spec, scope);
    return {
      ...item,
      // It has no condition that says so: without one ready replica nothing of it serves.
      status: spec.replicas === 0 ? 'inactive' : status.readyReplicas === 0 ? 'failed' : 'active',
      attributes: {
        ...attributes,
        replicas: spec.replicas,
        service: spec.serviceName,
        ready_replicas: status.readyReplicas,
        available_replicas: status.availableReplicas,
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'StatefulSet', namespace, name)],
  relations: WORKLOAD_RELATIONS,
  references: ({ metadata: meta, spec }, scope) =>
    workloadReferences(meta, spec.template.spec, scope),
  volatile: ['attributes.ready_replicas', 'attributes.available_replicas'],
});
