import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { KubernetesClient } from '../client.ts';
import { flag, metadata, namespacedId, text } from '../fields.ts';
import { objectKey } from '../keys.ts';
import { podTemplate } from '../pod-spec.ts';
import { describedWorkload, WORKLOAD_RELATIONS, workloadReferences } from '../workload.ts';

export const resourceType = defineResourceType({
  name: 'kubernetes_cron_job',
  provider: 'kubernetes',
  ci_types: ['microservice'],
  summary: 'A CronJob with its schedule.',
  permissions: ['batch/cronjobs:list'],
  level: 'account',
  listPage: (client: KubernetesClient, pageToken, signal) =>
    client.list('/apis/batch/v1/cronjobs', pageToken, signal),

  record: z.object({
    metadata,
    spec: z.object({
      schedule: z.string(),
      timeZone: text,
      suspend: flag,
      concurrencyPolicy: text,
      jobTemplate: z.object({ spec: z.object({ template: podTemplate }) }),
    }),
    status: z.object({ lastScheduleTime: text, lastSuccessfulTime: text }).nullish(),
  }),
  nativeId: (record, scope) => namespacedId('CronJob', record, scope),

  toItem({ metadata: meta, spec, status }, scope) {
    const template = spec.jobTemplate.spec.template.spec;
    const { attributes, ...item } = describedWorkload(meta, template, scope);
    return {
      ...item,
      status: spec.suspend === true ? 'inactive' : 'active',
      attributes: {
        ...attributes,
        schedule: spec.schedule,
        time_zone: spec.timeZone,
        suspended: spec.suspend === true,
        concurrency_policy: spec.concurrencyPolicy,
        last_schedule_time: status?.lastScheduleTime ?? null,
        last_successful_time: status?.lastSuccessfulTime ?? null,
      },
    };
  },

  keys: ({ metadata: { namespace, name } }, scope) =>
    namespace === null ? [] : [objectKey(scope, 'CronJob', namespace, name)],
  relations: WORKLOAD_RELATIONS,
  references: ({ metadata: meta, spec }, scope) =>
    workloadReferences(meta, spec.jobTemplate.spec.template.spec, scope),
  volatile: ['attributes.last_schedule_time', 'attributes.last_successful_time'],
});
