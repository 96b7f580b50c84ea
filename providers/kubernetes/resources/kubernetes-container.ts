import { z } from 'zod';
import { deriveEnvironment } from '../../../model/environment.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { metadata, text } from '../fields.ts';
import { containerKey, objectKey } from '../keys.ts';
import { containerSpec, containerStatus, portNames, resourceAttributes } from '../pod-spec.ts';
import { containerCiStatus } from '../pod-status.ts';

/** A pod as far as its containers are found in it, however odd the rest. */
const podParts = z.object({
  metadata: z.unknown().optional(),
  spec: z.object({
    nodeName: z.unknown().optional(),
    containers: z.array(z.unknown()),
    initContainers: z.array(z.looseObject({ restartPolicy: z.string().nullish() })).nullish(),
  }),
  status: z
    .object({
      containerStatuses: z.array(z.looseObject({ name: z.unknown().optional() })).nullish(),
      initContainerStatuses: z.array(z.looseObject({ name: z.unknown().optional() })).nullish(),
    })
    .nullish(),
});

const named = z.object({
  pod: z.object({ name: z.string().min(1), namespace: z.string().min(1) }),
  container: z.object({ name: z.string().min(1) }),
});

export const resourceType = defineResourceType({
  name: 'kubernetes_container',
  provider: 'kubernetes',
  ci_types: ['container'],
  summary: 'A container of a pod, sidecars included; init containers that have ended are not.',
  permissions: ['core/pods:list'],
  level: 'account',
  async listPage(client: KubernetesClient, pageToken, signal) {
    const page = await client.list('/api/v1/pods', pageToken, signal);
    return { ...page, records: page.records.flatMap(containersOf) };
  },

  record: z.object({
    pod: metadata,
    node: text,
    container: containerSpec,
    status: containerStatus.nullish(),
  }),

  nativeId(record, scope) {
    const told = named.safeParse(record);
    if (!told.success) return null;
    const { pod, container } = told.data;
    return containerKey(scope, pod.namespace, pod.name, container.name);
  },

  toItem({ pod, node, container, status = null }, scope) {
    const state = status?.state ?? null;
    return {
      ci_type: 'container',
      name: container.name,
      display_name: `${pod.namespace}/${pod.name}/${container.name}`,
      status: containerCiStatus(status),
      ...deriveEnvironment(pod.labels, [pod.namespace, scope.account_name]),
      hostname: node,
      attributes: {
        namespace: pod.namespace,
        pod: pod.name,
        image: container.image,
        image_id: status?.imageID ?? null,
        ports: portNames(container),
        ready: status?.ready ?? null,
        started_at: state?.running?.startedAt ?? null,
        reason: state?.waiting?.reason ?? state?.terminated?.reason ?? null,
        exit_code: state?.terminated?.exitCode ?? null,
        ...resourceAttributes([container]),
        restart_count: status?.restartCount ?? null,
      },
    };
  },

  keys: ({ pod, container }, scope) =>
    pod.namespace === null ? [] : [containerKey(scope, pod.namespace, pod.name, container.name)],
  relations: {
    // A pod is well when all of its containers are.
    in_pod: { type: 'part_of', target: 'kubernetes_pod', spread: 'reverse' },
  },
  references: ({ pod }, scope) =>
    pod.namespace === null
      ? []
      : [{ relation: 'in_pod', key: objectKey(scope, 'Pod', pod.namespace, pod.name) }],
  volatile: ['attributes.restart_count', 'attributes.started_at'],
});

/** A pod that cannot be taken apart is one record, which is then rejected with its reason. */
function containersOf(pod: unknown): unknown[] {
  const read = podParts.safeParse(pod);
  if (!read.success) return [pod];
  const { metadata: meta, spec, status } = read.data;
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const byName = new Map(statuses.map((entry) => [entry.name, entry]));
  const sidecars = (spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].map((container) => ({
    pod: meta,
    node: spec.nodeName,
    container,
    status: byName.get((container as { name?: unknown } | null)?.name),
  }));
}
