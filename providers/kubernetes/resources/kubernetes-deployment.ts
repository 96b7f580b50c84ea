import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { conditionOf, conditions, flag, metadata, namespacedId, text } from '../fields.ts';
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
  name: 'kubernetes_deployment',
  provider: 'kubernetes',
  ci_types: ['microservice'],
  summary: 'A Deployment, with how many replicas it wants and has.',
  permissions: ['apps/deployments:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/apps/v1/deployments', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      replicas,
      paused: flag,
      strategy: z.object({ type: text }).nullish(),
      template: podTemplate,
    }),
    status: z.object({ readyReplicas: tally, availableReplicas: tally, conditions }),
  }),
  nativeId: (record, scope) => namespacedId('Deployment', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const { attributes, ...item } = describedWorkload(meta, spec.template.spec, scope);
    const isUnavailable = conditionOf(status.conditions, 'Available') === 'False';
    return {
      ...item,
      status: spec.replicas === 0 ? 'inactive' : isUnavailable ? 'failed' : 'active',
      attributes: {
        ...attributes,
        replicas: spec.replicas,
        strategy: spec.strategy?.type ?? null,
        paused: spec.paused === true,
        progressing: conditionOf(status.conditions, 'Progressing'),
        ready_replicas: status.readyReplicas,
        available_replicas: status.availableReplicas,
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'Deployment', namespace, name)],
  relations: WORKLOAD_RELATIONS,
  references: ({ metadata: meta, spec }, scope) =>
    workloadReferences(meta, spec.template.spec, scope),
  volatile: ['attributes.ready_replicas', 'attributes.available_replicas'],
});
