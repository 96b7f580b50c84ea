import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { defineResourceType, type Reference } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import { type AutoScalingGroupRecord, autoScalingGroupSchema } from '../auto-scaling-record.ts';
import type { AwsClient } from '../client.ts';
import { textAt } from '../fields.ts';
import { accountKey, idKey, nameKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described } from '../tags.ts';

/** The most that one page has. */
const GROUPS_A_PAGE = 100;

export const resourceType = defineResourceType({
  name: 'aws_autoscaling_group',
  provider: 'aws',
  ci_types: ['autoscaler'],
  summary: 'An auto-scaling group with its sizes and the instances that stand in for each other.',
  permissions: ['autoscaling:DescribeAutoScalingGroups'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeAutoScalingGroupsCommand({
      MaxRecords: GROUPS_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(AutoScalingClient).send(command, { abortSignal: signal });
    return { records: page.AutoScalingGroups ?? [], next_page_token: page.NextToken ?? null };
  },

  record: autoScalingGroupSchema,

  nativeId: (record) => textAt(record, 'AutoScalingGroupARN'),

  toItem: (record, scope) => ({
    ci_type: 'autoscaler',
    name: record.AutoScalingGroupName,
    display_name: record.Tags.Name || record.AutoScalingGroupName,
    // Set only while it is being deleted.
    status: record.Status === null ? 'active' : 'under_maintenance',
    region: scope.region,
    external_id: record.AutoScalingGroupARN,
    ...described(record.Tags, [record.AutoScalingGroupName]),
    attributes: {
      min_size: record.MinSize,
      max_size: record.MaxSize,
      desired_capacity: record.DesiredCapacity,
      desired_capacity_type: record.DesiredCapacityType,
      instance_count: record.Instances.length,
      healthy_instance_count: record.Instances.filter(
        ({ HealthStatus, LifecycleState }) =>
          HealthStatus === 'Healthy' && LifecycleState === 'InService',
      ).length,
      warm_pool_size: record.WarmPoolSize,
      availability_zones: record.AvailabilityZones.toSorted(),
      subnet_ids: subnetIdsOf(record),
      launch_template_id: launchTemplateOf(record)?.LaunchTemplateId ?? null,
      launch_template_version: launchTemplateOf(record)?.Version ?? null,
      launch_configuration: record.LaunchConfigurationName,
      instance_types: [
        ...new Set(overridesOf(record).flatMap(({ InstanceType }) => InstanceType ?? [])),
      ].sort(),
      on_demand_base_capacity:
        record.MixedInstancesPolicy?.InstancesDistribution?.OnDemandBaseCapacity ?? null,
      on_demand_percentage_above_base:
        record.MixedInstancesPolicy?.InstancesDistribution?.OnDemandPercentageAboveBaseCapacity ??
        null,
      health_check_type: record.HealthCheckType,
      health_check_grace_period_seconds: record.HealthCheckGracePeriod,
      default_cooldown_seconds: record.DefaultCooldown,
      max_instance_lifetime_seconds: record.MaxInstanceLifetime,
      capacity_rebalance: record.CapacityRebalance,
      protects_new_instances: record.NewInstancesProtectedFromScaleIn,
      suspended_processes: record.SuspendedProcesses.flatMap(
        ({ ProcessName }) => ProcessName ?? [],
      ).sort(),
      termination_policies: record.TerminationPolicies,
      create_time: record.CreatedTime,
      state: record.Status,
    },
  }),

  keys: ({ AutoScalingGroupARN, AutoScalingGroupName }, scope) => [
    AutoScalingGroupARN,
    nameKey(scope, 'auto-scaling-group', AutoScalingGroupName),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    // Read when an instance is launched; those that run do without.
    launches_from: { type: 'uses', target: 'aws_launch_template', spread: 'none' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    // What balances the load depends on the instances; the group only enters them there.
    registers_with: { type: 'connects_to', target: 'load_balancer', spread: 'none' },
    has_member: {
      type: 'managed_by',
      target: 'aws_autoscaling_group',
      spread: 'reverse',
      measured: true,
    },
    // Stopped, warmed up or on the way out: nothing rests on it.
    keeps: {
      type: 'managed_by',
      target: 'aws_autoscaling_group',
      spread: 'none',
      measured: true,
    },
  },

  references: (record, scope) => [
    ...refer('in_account', subnetIdsOf(record).length === 0 ? scope.account : null, accountKey),
    ...subnetIdsOf(record).flatMap((subnetId) =>
      refer('in_subnet', subnetId, idKey, {
        redundancy_group: `${record.AutoScalingGroupARN} subnets`,
        min_up: 1,
      }),
    ),
    ...launchTemplateIds(record).flatMap((id) => refer('launches_from', id, idKey)),
    ...refer('acts_as', record.ServiceLinkedRoleARN),
    ...record.TargetGroupARNs.flatMap((arn) => refer('registers_with', arn)),
    ...record.LoadBalancerNames.flatMap((name) =>
      refer('registers_with', name, () =>
        regionalArn(scope, 'elasticloadbalancing', `loadbalancer/${name}`),
      ),
    ),
    ...record.Instances.map((instance) => memberReference(record, instance)),
  ],
  // They move with the load.
  volatile: [
    'attributes.desired_capacity',
    'attributes.instance_count',
    'attributes.healthy_instance_count',
    'attributes.warm_pool_size',
  ],
});

function memberReference(
  { AutoScalingGroupARN: arn, MinSize }: AutoScalingGroupRecord,
  { InstanceId, HealthStatus, LifecycleState }: AutoScalingGroupRecord['Instances'][number],
): Reference<'has_member' | 'keeps'> {
  const shared = {
    key: arn,
    source_key: idKey(InstanceId),
    attributes: { health_status: HealthStatus, lifecycle_state: LifecycleState },
  };
  if (LifecycleState !== 'InService') return { relation: 'keeps', ...shared };
  const min_up = Math.max(1, MinSize ?? 1);
  return { relation: 'has_member', ...shared, redundancy_group: arn, min_up };
}

/** In the record they are one text: `subnet-0a,subnet-0b`. */
function subnetIdsOf({ VPCZoneIdentifier }: AutoScalingGroupRecord): string[] {
  return (VPCZoneIdentifier ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
    .sort();
}

function overridesOf({ MixedInstancesPolicy }: AutoScalingGroupRecord) {
  return MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? [];
}

function launchTemplateOf({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroupRecord) {
  return LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
}

/** The template of the group, and those of single instance types, each once. */
function launchTemplateIds(record: AutoScalingGroupRecord): string[] {
  const overrides = overridesOf(record).map((one) => one.LaunchTemplateSpecification);
  const specifications = [launchTemplateOf(record), ...overrides];
  return [...new Set(specifications.flatMap((one) => one?.LaunchTemplateId ?? []))].sort();
}
