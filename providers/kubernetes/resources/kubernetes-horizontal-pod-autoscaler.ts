import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import {
  type Conditions,
  conditions,
  count,
  described,
  listOf,
  metadata,
  namespacedId,
  text,
} from '../fields.ts';
import { namedKey, objectKey } from '../keys.ts';
import { IN_NAMESPACE, inNamespace } from '../refer.ts';

const named = z.object({ name: z.string() }).nullish();

export const resourceType = defineResourceType({
  name: 'kubernetes_horizontal_pod_autoscaler',
  provider: 'kubernetes',
  ci_types: ['autoscaler'],
  summary: 'A HorizontalPodAutoscaler with its bounds, and the workload that it watches.',
  permissions: ['autoscaling/horizontalpodautoscalers:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/autoscaling/v2/horizontalpodautoscalers', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      scaleTargetRef: z.object({
        apiVersion: z.string().default(''),
        kind: z.string(),
        name: z.string(),
      }),
      minReplicas: count,
      maxReplicas: count,
      metrics: listOf(
        z.object({
          type: z.string(),
          resource: named,
          containerResource: named,
          pods: z.object({ metric: named }).nullish(),
          object: z.object({ metric: named }).nullish(),
          external: z.object({ metric: named }).nullish(),
        }),
      ),
    }),
    status: z.object({
      currentReplicas: count,
      desiredReplicas: count,
      lastScaleTime: text,
      conditions,
    }),
  }),
  nativeId: (record, scope) => namespacedId('HorizontalPodAutoscaler', record, scope),

  toItem: ({ metadata: meta, spec, status }, scope) => ({
    ci_type: 'autoscaler',
    ...described(meta, scope),
    status: autoscalerStatus(status.conditions),
    attributes: {
      namespace: meta.namespace,
      created_at: meta.creationTimestamp,
      scales: `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
      min_replicas: spec.minReplicas,
      max_replicas: spec.maxReplicas,
      metrics: spec.metrics
        .map(({ type, resource, containerResource, pods, object, external }) => {
          const metric = resource ?? containerResource;
          const custom = pods?.metric ?? object?.metric ?? external?.metric;
          return `${type}/${(metric ?? custom)?.name ?? 'unknown'}`;
        })
        .sort(),
      current_replicas: status.currentReplicas,
      desired_replicas: status.desiredReplicas,
      last_scale_time: status.lastScaleTime,
    },
  }),

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'HorizontalPodAutoscaler', namespace, name)],
  relations: {
    in_namespace: { ...IN_NAMESPACE.in_namespace, spread: 'none' },
    // Without it the workload keeps as many replicas as it has.
    scales: { type: 'monitors', target: 'kubernetes_deployment', spread: 'none' },
  },
  references: ({ metadata: meta, spec }, scope) => [
    ...inNamespace(meta, scope),
    ...(meta.namespace === null
      ? []
      : [
          {
            relation: 'scales' as const,
            key: namedKey(scope, meta.namespace, spec.scaleTargetRef),
          },
        ]),
  ],
  volatile: [
    'attributes.current_replicas',
    'attributes.desired_replicas',
    'attributes.last_scale_time',
  ],
});

/** One that cannot read its metrics scales nothing; one whose workload is off is off with it. */
function autoscalerStatus(list: Conditions): CiStatus {
  const active = list.find(({ type }) => type === 'ScalingActive');
  if (active?.status !== 'False') return 'active';
  return active.reason === 'ScalingDisabled' ? 'inactive' : 'failed';
}
