import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { clusterNameOf } from '../ecs-clusters.ts';
import { withTheirMachines } from '../ecs-task-details.ts';
import { attachmentDetail, serviceOf, taskStatus } from '../ecs-task-parts.ts';
import { pageOfTasks, TASK_PERMISSIONS } from '../ecs-tasks.ts';
import { instant, listOf, text, textAt } from '../fields.ts';
import { idKey, nameKey } from '../keys.ts';
import { namedKeys } from '../named-resources.ts';
import { refer } from '../refer.ts';
import { described, ecsTags } from '../tags.ts';
import { definitionName, taskDefinitionSchema } from '../task-definitions.ts';

export const resourceType = defineResourceType({
  name: 'aws_ecs_task',
  provider: 'aws',
  ci_types: ['resource_group'],
  summary: 'A running ECS task: containers that share a network, on an instance or on Fargate.',
  permissions: [
    ...TASK_PERMISSIONS,
    'ecs:DescribeContainerInstances',
    'ecs:DescribeTaskDefinition',
    'ec2:DescribeSubnets',
  ],
  level: 'region',

  listPage: (aws: AwsClient, pageToken, signal) =>
    pageOfTasks(aws, pageToken, signal, (tasks) => withTheirMachines(aws, tasks, signal)),

  record: z.object({
    taskArn: z.string(),
    clusterArn: z.string(),
    lastStatus: text,
    healthStatus: text,
    group: text,
    startedBy: text,
    taskDefinitionArn: text,
    launchType: text,
    capacityProviderName: text,
    platformVersion: text,
    platformFamily: text,
    availabilityZone: text,
    cpu: text,
    memory: text,
    createdAt: instant,
    startedAt: instant,
    containers: listOf(z.object({ name: text })),
    attachments: listOf(
      z.object({ type: text, details: listOf(z.object({ name: text, value: text })) }),
    ),
    overrides: z.object({ taskRoleArn: text, executionRoleArn: text }).nullish(),
    tags: ecsTags,
    /** Null on Fargate, and on machines that are not AWS's. */
    Ec2InstanceId: text,
    /** Of a task that no service runs. */
    Definition: taskDefinitionSchema.nullish(),
    VpcId: text,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'taskArn'),

  toItem(record, scope) {
    const service = serviceOf(record);
    const id = record.taskArn.slice(record.taskArn.lastIndexOf('/') + 1);
    return {
      ci_type: 'resource_group',
      name: id,
      display_name:
        record.tags.Name || `${service ?? definitionName(record.taskDefinitionArn)} ${id}`,
      status: taskStatus(record),
      region: scope.region,
      availability_zone: record.availabilityZone,
      external_id: record.taskArn,
      ip_address: attachmentDetail(record, 'privateIPv4Address'),
      hostname: attachmentDetail(record, 'privateDnsName'),
      ...described(record.tags, [service, clusterNameOf(record.clusterArn)]),
      attributes: {
        cluster: clusterNameOf(record.clusterArn),
        service,
        group: record.group,
        started_by: record.startedBy,
        task_definition: definitionName(record.taskDefinitionArn),
        launch_type: record.launchType,
        capacity_provider: record.capacityProviderName,
        platform_version: record.platformVersion,
        platform_family: record.platformFamily,
        // 1024 units are a CPU.
        cpu_units: record.cpu === null ? null : Number(record.cpu),
        memory_mb: record.memory === null ? null : Number(record.memory),
        configured_hosts: record.Definition?.named.hosts ?? [],
        configured_resources: record.Definition?.named.arns ?? [],
        containers: record.containers.flatMap(({ name }) => name ?? []).sort(),
        ec2_instance_id: record.Ec2InstanceId,
        subnet_id: attachmentDetail(record, 'subnetId'),
        network_interface_id: attachmentDetail(record, 'networkInterfaceId'),
        create_time: record.createdAt,
        start_time: record.startedAt,
        state: record.lastStatus,
        health_status: record.healthStatus,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ taskArn }) => [taskArn],

  relations: {
    in_cluster: { type: 'part_of', target: 'aws_ecs_cluster', spread: 'forward' },
    // Tasks of one service stand in for each other: it is lost with the last of them.
    run_by: { type: 'managed_by', target: 'aws_ecs_service', spread: 'reverse' },
    runs_on: { type: 'runs_on', target: 'aws_ec2_instance', spread: 'forward' },
    in_subnet: { type: 'part_of', target: 'aws_subnet', spread: 'forward' },
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    has_volume: { type: 'uses', target: 'aws_ebs_volume', spread: 'forward' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    configured_with: { type: 'depends_on', target: 'database', spread: 'forward' },
  },

  references(record, scope) {
    const { Definition: definition, VpcId: vpcId } = record;
    const service = serviceOf(record);
    const cluster = clusterNameOf(record.clusterArn);
    const serviceKey = service && nameKey(scope, 'ecs-service', `${cluster}/${service}`);
    return [
      ...refer('in_cluster', record.clusterArn),
      ...refer('run_by', serviceKey, undefined, {
        ...(serviceKey ? { redundancy_group: serviceKey } : {}),
        min_up: 1,
      }),
      ...refer('runs_on', record.Ec2InstanceId, idKey),
      ...refer('in_subnet', attachmentDetail(record, 'subnetId'), idKey),
      ...refer('has_interface', attachmentDetail(record, 'networkInterfaceId'), idKey),
      ...refer('has_volume', attachmentDetail(record, 'volumeId'), idKey),
      ...refer('acts_as', record.overrides?.taskRoleArn ?? definition?.task_role_arn),
      ...namedKeys(definition?.named ?? { hosts: [], arns: [] }, vpcId ? [vpcId] : []).flatMap(
        (key) => refer('configured_with', key),
      ),
    ];
  },
  volatile: [],
});
