import { DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { capacityProviders } from '../capacity-providers.ts';
import type { AwsClient } from '../client.ts';
import { ECS_PAGE_SIZE } from '../ecs-clusters.ts';
import { count, listOf, text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, ecsTags } from '../tags.ts';

/** Every status of a cluster. Source: `Cluster` in the ECS API reference. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  ACTIVE: 'active',
  PROVISIONING: 'planned',
  DEPROVISIONING: 'under_maintenance',
  FAILED: 'failed',
  // Deleted, and in view for a while.
  INACTIVE: 'retired',
};

export const resourceType = defineResourceType({
  name: 'aws_ecs_cluster',
  provider: 'aws',
  ci_types: ['resource_group'],
  summary: 'An ECS cluster, and the auto-scaling groups that its tasks may run on.',
  permissions: ['ecs:ListClusters', 'ecs:DescribeClusters', 'ecs:DescribeCapacityProviders'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const ecs = aws.service(ECSClient);
    const page = await ecs.send(
      new ListClustersCommand({ maxResults: ECS_PAGE_SIZE, nextToken: pageToken ?? undefined }),
      { abortSignal: signal },
    );
    const next_page_token = page.nextToken ?? null;
    const arns = page.clusterArns ?? [];
    if (arns.length === 0) return { records: [], next_page_token };
    const answer = await ecs.send(
      new DescribeClustersCommand({ clusters: arns, include: ['TAGS', 'SETTINGS'] }),
      { abortSignal: signal },
    );
    const clusters = answer.clusters ?? [];
    const providers = await capacityProviders(aws, clusters, signal);
    const records = clusters.map((cluster) => ({
      ...cluster,
      Providers: (cluster.capacityProviders ?? []).flatMap(
        (name) => providers.value?.get(name) ?? [],
      ),
      DeniedReads: deniedReads([providers]),
    }));
    return { records, next_page_token };
  },

  record: z.object({
    clusterArn: z.string(),
    clusterName: z.string(),
    status: text,
    registeredContainerInstancesCount: count,
    runningTasksCount: count,
    pendingTasksCount: count,
    activeServicesCount: count,
    settings: listOf(z.object({ name: text, value: text })),
    capacityProviders: listOf(z.string()),
    defaultCapacityProviderStrategy: listOf(
      z.object({ capacityProvider: text, weight: count, base: count }),
    ),
    Providers: z.array(
      z.object({
        autoScalingGroupProvider: z.object({ autoScalingGroupArn: text }).nullish(),
      }),
    ),
    tags: ecsTags,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'clusterArn'),

  toItem: (record, scope) => ({
    ci_type: 'resource_group',
    name: record.clusterName,
    display_name: record.tags.Name || record.clusterName,
    status: STATUSES[record.status ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.clusterArn,
    ...described(record.tags, [record.clusterName]),
    attributes: {
      capacity_providers: record.capacityProviders.toSorted(),
      default_strategy: record.defaultCapacityProviderStrategy
        .map(({ capacityProvider, weight, base }) => ({
          capacity_provider: capacityProvider,
          weight,
          base,
        }))
        .sort((a, b) => ((a.capacity_provider ?? '') < (b.capacity_provider ?? '') ? -1 : 1)),
      container_insights:
        record.settings.find(({ name }) => name === 'containerInsights')?.value ?? null,
      container_instance_count: record.registeredContainerInstancesCount,
      running_task_count: record.runningTasksCount,
      pending_task_count: record.pendingTasksCount,
      service_count: record.activeServicesCount,
      state: record.status,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ clusterArn }) => [clusterArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    runs_on: { type: 'runs_on', target: 'aws_autoscaling_group', spread: 'forward' },
    // Next to it there are machines of AWS's own.
    may_run_on: { type: 'runs_on', target: 'aws_autoscaling_group', spread: 'none' },
  },

  references(record, scope) {
    const groups = record.Providers.flatMap(
      ({ autoScalingGroupProvider }) => autoScalingGroupProvider?.autoScalingGroupArn ?? [],
    );
    const capacity = { redundancy_group: `${record.clusterArn} capacity`, min_up: 1 };
    const isAllOfGroups = groups.length === record.capacityProviders.length;
    return [
      ...refer('in_account', scope.account, accountKey),
      ...(isAllOfGroups
        ? groups.flatMap((arn) => refer('runs_on', arn, undefined, capacity))
        : groups.flatMap((arn) => refer('may_run_on', arn))),
    ];
  },
  // They move with every task.
  volatile: [
    'attributes.container_instance_count',
    'attributes.running_task_count',
    'attributes.pending_task_count',
    'attributes.service_count',
  ],
});
