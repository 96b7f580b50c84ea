import { z } from 'zod';
import { defineResourceType, type Reference } from '../../../model/resource-type.ts';
import type { Scope } from '../../../model/scope.ts';
import type { KubernetesClient } from '../client.ts';
import { topController } from '../controllers.ts';
import { described, metadata, namespacedId } from '../fields.ts';
import { clusterObjectKey, objectKey } from '../keys.ts';
import {
  hostsOf,
  imagesOf,
  type PodSpec,
  podSpec,
  resourceAttributes,
  runningContainers,
} from '../pod-spec.ts';
import { podCiStatus, podStatus, restartsOf, troubleOf } from '../pod-status.ts';
import { IN_NAMESPACE, inNamespace, TALKS_TO, talksTo } from '../refer.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_pod',
  provider: 'kubernetes',
  ci_types: ['kubernetes_pod'],
  summary: 'A pod in any phase, until the cluster has deleted it.',
  permissions: ['core/pods:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/api/v1/pods', pageToken, signal),

  record: z.object({ metadata, spec: podSpec, status: podStatus }),
  nativeId: (record, scope) => namespacedId('Pod', record, scope),

  toItem: ({ metadata: meta, spec, status }, scope) => ({
    ci_type: 'kubernetes_pod',
    ...described(meta, scope),
    status: podCiStatus(status, meta.deletionTimestamp !== null),
    ip_address: status.podIP,
    // The contract's: where it runs.
    hostname: spec.nodeName,
    attributes: {
      namespace: meta.namespace,
      created_at: meta.creationTimestamp,
      start_time: status.startTime,
      phase: status.phase,
      reason: troubleOf(status),
      node: spec.nodeName,
      host_ip: status.hostIP,
      host_network: spec.hostNetwork,
      controller: topController(meta, scope)?.name ?? null,
      service_account: spec.serviceAccountName,
      priority_class: spec.priorityClassName,
      qos_class: status.qosClass,
      containers: spec.containers.map(({ name }) => name).sort(),
      images: imagesOf(spec),
      ...resourceAttributes(runningContainers(spec)),
      restart_count: restartsOf(status),
    },
  }),

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'Pod', namespace, name)],

  relations: {
    runs_on: { type: 'runs_on', target: 'kubernetes_node', spread: 'forward' },
    ...IN_NAMESPACE,
    // Pods of one controller stand in for each other: it is lost with the last of them.
    managed_by: {
      type: 'managed_by',
      target: 'kubernetes_deployment, _stateful_set, _daemon_set, _job or _cron_job',
      spread: 'reverse',
    },
    uses_claim: {
      type: 'uses',
      target: 'kubernetes_persistent_volume_claim',
      spread: 'forward',
    },
    acts_as: { type: 'uses', target: 'kubernetes_service_account', spread: 'forward' },
    ...TALKS_TO,
  },
  references({ metadata: meta, spec }, scope) {
    const { namespace } = meta;
    const controller = topController(meta, scope);
    const references: Reference<
      'runs_on' | 'in_namespace' | 'managed_by' | 'uses_claim' | 'acts_as' | 'talks_to'
    >[] = [...inNamespace(meta, scope), ...talksTo(hostsOf(spec), namespace, scope)];
    if (spec.nodeName !== null) {
      references.push({ relation: 'runs_on', key: clusterObjectKey(scope, 'Node', spec.nodeName) });
    }
    if (controller !== null) {
      const { key } = controller;
      references.push({ relation: 'managed_by', key, redundancy_group: key, min_up: 1 });
    }
    if (namespace === null) return references;
    if (spec.serviceAccountName !== null) {
      const key = objectKey(scope, 'ServiceAccount', namespace, spec.serviceAccountName);
      references.push({ relation: 'acts_as', key });
    }
    for (const key of claimKeys(spec, namespace, meta.name, scope)) {
      references.push({ relation: 'uses_claim', key });
    }
    return references;
  },
  volatile: ['attributes.restart_count'],
});

/** The claims of its volumes; one for a generic ephemeral volume is named after the pod and it. */
function claimKeys(spec: PodSpec, namespace: string, pod: string, scope: Scope): string[] {
  const names = spec.volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${pod}-${name}`] : [];
  });
  return [...new Set(names)].map((name) =>
    objectKey(scope, 'PersistentVolumeClaim', namespace, name),
  );
}
