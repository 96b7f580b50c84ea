import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { instant, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { oneOf, refer } from '../refer.ts';
import { computeName, pathOf, placeOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_target_pool',
  provider: 'gcp',
  ci_types: ['load_balancer'],
  summary: 'The instances behind a network load balancer of the older kind, and its backup pool.',
  permissions: ['compute.targetPools.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(
      gcp,
      { service: 'TargetPoolsClient', collection: 'targetPools' },
      pageToken,
      signal,
    ),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    instances: texts,
    healthChecks: texts,
    sessionAffinity: text,
    backupPool: text,
    failoverRatio: z.number().nullish(),
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'load_balancer',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      target_pool_id: record.id,
      description: record.description,
      instances: record.instances.flatMap((url) => pathOf(url) ?? []),
      health_checks: record.healthChecks.flatMap((url) => pathOf(url) ?? []),
      session_affinity: record.sessionAffinity?.toLowerCase() ?? null,
      failover_ratio: record.failoverRatio ?? null,
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    has_member: { type: 'depends_on', target: 'gcp_compute_instance', spread: 'forward' },
    backed_up_by: { type: 'uses', target: 'gcp_compute_target_pool', spread: 'none' },
  },
  references: (record) => [
    ...record.instances.flatMap((url) =>
      refer('has_member', url, oneOf(pathOf(record.selfLink) ?? record.selfLink)),
    ),
    ...refer('backed_up_by', record.backupPool),
  ],
  volatile: [],
});
