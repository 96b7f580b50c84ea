import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt, texts } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { aggregatedPage } from '../pages.ts';
import { refer } from '../refer.ts';
import { computeName, lastPart, pathOf, placeOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_instance_group_manager',
  provider: 'gcp',
  ci_types: ['autoscaler'],
  summary: 'What keeps a managed instance group at its size, from a template.',
  permissions: ['compute.instanceGroupManagers.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    aggregatedPage(
      gcp,
      { service: 'InstanceGroupManagersClient', collection: 'instanceGroupManagers' },
      pageToken,
      signal,
    ),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    instanceGroup: text,
    instanceTemplate: text,
    baseInstanceName: text,
    targetSize: count,
    targetPools: texts,
    versions: listOf(z.object({ instanceTemplate: text })),
    status: z.object({ isStable: flag, autoscaler: text }).nullish(),
    autoHealingPolicies: listOf(z.object({ healthCheck: text })),
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'autoscaler',
    name: record.name,
    display_name: record.name,
    ...placeOf(pathOf(record.selfLink)),
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      instance_group_manager_id: record.id,
      description: record.description,
      instance_group: pathOf(record.instanceGroup),
      instance_template: lastPart(record.instanceTemplate),
      versions: record.versions.flatMap(({ instanceTemplate }) => lastPart(instanceTemplate) ?? []),
      base_instance_name: record.baseInstanceName,
      target_size: record.targetSize,
      autoscaler: lastPart(record.status?.autoscaler),
      is_stable: record.status?.isStable ?? null,
      health_checks: record.autoHealingPolicies.flatMap(
        ({ healthCheck }) => lastPart(healthCheck) ?? [],
      ),
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    // Its failure starts no new instances, and leaves those that run as they are.
    manages: { type: 'managed_by', target: 'gcp_compute_instance_group_manager', spread: 'none' },
    adds_to: { type: 'connects_to', target: 'gcp_compute_target_pool', spread: 'none' },
  },
  references: (record) => [
    // The group is managed by this: told here, where it is known.
    ...(record.instanceGroup
      ? refer('manages', record.selfLink, { source_key: computeKey(record.instanceGroup) })
      : []),
    ...record.targetPools.flatMap((pool) => refer('adds_to', pool)),
  ],
  volatile: ['attributes.is_stable', 'attributes.target_size'],
});
