import { DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { EKS_CALLS_AT_ONCE, EKS_GONE, EKS_PAGE_SIZE, eksClusterNames } from '../eks-clusters.ts';
import { toAwsFault } from '../errors.ts';
import { count, instant, listOf, text, textAt } from '../fields.ts';
import { idKey, nameKey } from '../keys.ts';
import { pageOfParents } from '../pages-of-parents.ts';
import { refer } from '../refer.ts';
import { described, tagMap } from '../tags.ts';

/** Every state of EKS's `NodegroupStatus`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CREATING: 'planned',
  ACTIVE: 'active',
  UPDATING: 'under_maintenance',
  DELETING: 'under_maintenance',
  CREATE_FAILED: 'failed',
  DELETE_FAILED: 'failed',
  DEGRADED: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_eks_node_group',
  provider: 'aws',
  ci_types: ['autoscaler'],
  summary: 'A managed node group of an EKS cluster, and the auto-scaling groups of its nodes.',
  permissions: ['eks:ListClusters', 'eks:ListNodegroups', 'eks:DescribeNodegroup'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const clusters = await eksClusterNames(aws, signal);
    const eks = aws.service(EKSClient);
    return pageOfParents(clusters, pageToken, [EKS_GONE], async (clusterName, nextToken) => {
      const page = await eks.send(
        new ListNodegroupsCommand({ clusterName, maxResults: EKS_PAGE_SIZE, nextToken }),
        { abortSignal: signal },
      );
      const limit = pLimit(EKS_CALLS_AT_ONCE);
      const records = await limit.map(page.nodegroups ?? [], (name) =>
        describe(aws, clusterName, name, signal),
      );
      return { records: records.flat(), next: page.nextToken };
    });
  },

  record: z.object({
    nodegroupArn: z.string(),
    nodegroupName: z.string(),
    clusterName: z.string(),
    status: text,
    version: text,
    releaseVersion: text,
    capacityType: text,
    amiType: text,
    instanceTypes: listOf(z.string()),
    diskSize: count,
    scalingConfig: z.object({ minSize: count, maxSize: count, desiredSize: count }).nullish(),
    subnets: listOf(z.string()),
    nodeRole: text,
    labels: tagMap,
    taints: listOf(z.object({ key: text, value: text, effect: text })),
    launchTemplate: z.object({ id: text, version: text }).nullish(),
    resources: z
      .object({
        autoScalingGroups: listOf(z.object({ name: text })),
        remoteAccessSecurityGroup: text,
      })
      .nullish(),
    health: z.object({ issues: listOf(z.object({ code: text })) }).nullish(),
    createdAt: instant,
    modifiedAt: instant,
    tags: tagMap,
  }),

  nativeId: (record) => textAt(record, 'nodegroupArn'),

  toItem: (record, scope) => ({
    ci_type: 'autoscaler',
    name: record.nodegroupName,
    display_name: record.tags.Name || `${record.clusterName}/${record.nodegroupName}`,
    status: STATUSES[record.status ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.nodegroupArn,
    ...described(record.tags, [record.nodegroupName, record.clusterName]),
    attributes: {
      cluster: record.clusterName,
      k8s_version: record.version,
      release_version: record.releaseVersion,
      capacity_type: record.capacityType,
      ami_type: record.amiType,
      instance_types: record.instanceTypes.toSorted(),
      disk_size_gb: record.diskSize,
      min_size: record.scalingConfig?.minSize ?? null,
      max_size: record.scalingConfig?.maxSize ?? null,
      desired_size: record.scalingConfig?.desiredSize ?? null,
      subnet_ids: record.subnets.toSorted(),
      labels: record.labels,
      taints: record.taints
        .map(({ key, value, effect }) => `${key ?? ''}=${value ?? ''}:${effect ?? ''}`)
        .sort(),
      launch_template_id: record.launchTemplate?.id ?? null,
      launch_template_version: record.launchTemplate?.version ?? null,
      auto_scaling_groups: groupNames(record),
      health_issues: (record.health?.issues ?? []).flatMap(({ code }) => code ?? []).sort(),
      create_time: record.createdAt,
      modify_time: record.modifiedAt,
      state: record.status,
    },
  }),

  keys: ({ nodegroupArn }) => [nodegroupArn],

  relations: {
    in_cluster: { type: 'part_of', target: 'aws_eks_cluster', spread: 'forward' },
    made_of: { type: 'uses', target: 'aws_autoscaling_group', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    launches_from: { type: 'uses', target: 'aws_launch_template', spread: 'none' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
  },

  references(record, scope) {
    const arn = record.nodegroupArn;
    return [
      ...refer('in_cluster', record.clusterName, (name) =>
        regionalArn(scope, 'eks', `cluster/${name}`),
      ),
      ...groupNames(record).flatMap((name) =>
        refer('made_of', name, () => nameKey(scope, 'auto-scaling-group', name), {
          redundancy_group: `${arn} groups`,
          min_up: 1,
        }),
      ),
      ...record.subnets.flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, { redundancy_group: `${arn} subnets`, min_up: 1 }),
      ),
      ...refer('acts_as', record.nodeRole),
      ...refer('launches_from', record.launchTemplate?.id, idKey),
      ...refer('guarded_by', record.resources?.remoteAccessSecurityGroup, idKey),
    ];
  },
  // It moves with the load, and takes the time of the change with it.
  volatile: ['attributes.desired_size', 'attributes.modify_time'],
});

/** The node group as a record, or nothing where it was deleted since it was listed. */
async function describe(
  aws: AwsClient,
  clusterName: string,
  nodegroupName: string,
  signal: AbortSignal,
) {
  try {
    const command = new DescribeNodegroupCommand({ clusterName, nodegroupName });
    const { nodegroup } = await aws.service(EKSClient).send(command, { abortSignal: signal });
    return [nodegroup];
  } catch (error) {
    if (toAwsFault(error, []).code === EKS_GONE) return [];
    throw error;
  }
}

function groupNames({
  resources,
}: {
  resources?: { autoScalingGroups: Array<{ name: string | null }> } | null | undefined;
}): string[] {
  return (resources?.autoScalingGroups ?? []).flatMap(({ name }) => name ?? []).sort();
}
