import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import {
  type Conditions,
  conditionOf,
  conditions,
  count,
  flag,
  metadata,
  namespacedId,
  text,
} from '../fields.ts';
import { namedKey, objectKey } from '../keys.ts';
import { podTemplate } from '../pod-spec.ts';
import { describedWorkload, tally, WORKLOAD_RELATIONS, workloadReferences } from '../workload.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_job',
  provider: 'kubernetes',
  ci_types: ['microservice'],
  summary: 'A Job, until the cluster has deleted it.',
  permissions: ['batch/jobs:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/batch/v1/jobs', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      completions: count,
      parallelism: count,
      suspend: flag,
      template: podTemplate,
    }),
    status: z.object({
      active: tally,
      succeeded: tally,
      failed: tally,
      startTime: text,
      completionTime: text,
      conditions,
    }),
  }),
  nativeId: (record, scope) => namespacedId('Job', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const { attributes, ...item } = describedWorkload(meta, spec.template.spec, scope);
    return {
      ...item,
      status: jobStatus(status.conditions, spec.suspend === true),
      attributes: {
        ...attributes,
        completions: spec.completions,
        parallelism: spec.parallelism,
        suspended: spec.suspend === true,
        start_time: status.startTime,
        completion_time: status.completionTime,
        active_pods: status.active,
        succeeded_pods: status.succeeded,
        failed_pods: status.failed,
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'Job', namespace, name)],
  relations: {
    ...WORKLOAD_RELATIONS,
    // One run that fails says nothing about the next.
    scheduled_by: { type: 'managed_by', target: 'kubernetes_cron_job', spread: 'none' },
  },
  references({ metadata: meta, spec }, scope) {
    const owner = meta.ownerReferences.find(({ controller }) => controller);
    const common = workloadReferences(meta, spec.template.spec, scope);
    if (!owner || meta.namespace === null) return common;
    const key = namedKey(scope, meta.namespace, owner);
    return [...common, { relation: 'scheduled_by', key }];
  },
  volatile: ['attributes.active_pods', 'attributes.succeeded_pods', 'attributes.failed_pods'],
});

/** By its conditions; `Complete` and `Failed` are its two ends. */
function jobStatus(list: Conditions, isSuspended: boolean): CiStatus {
  if (conditionOf(list, 'Failed') === 'True') return 'failed';
  if (conditionOf(list, 'Complete') === 'True') return 'inactive';
  return isSuspended ? 'inactive' : 'active';
}
