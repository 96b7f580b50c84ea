import { DescribeServicesCommand, ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import pLimit from 'p-limit';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { clusterNameOf, ECS_CLUSTER_GONE, ECS_PAGE_SIZE, ecsClusterArns } from '../ecs-clusters.ts';
import { withTheirSurroundings } from '../ecs-service-details.ts';
import { ecsServiceSchema, ecsServiceStatus, rolloutState } from '../ecs-service-record.ts';
import { textAt } from '../fields.ts';
import { idKey, nameKey } from '../keys.ts';
import { namedKeys } from '../named-resources.ts';
import { pageOfParents } from '../pages-of-parents.ts';
import { refer } from '../refer.ts';
import { described } from '../tags.ts';
import { definitionName } from '../task-definitions.ts';

/** The most services that one call describes. */
const SERVICES_A_CALL = 10;
const CALLS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_ecs_service',
  provider: 'aws',
  ci_types: ['microservice'],
  summary: 'An ECS service with what its tasks are made of, and the hosts that they are told.',
  permissions: [
    'ecs:ListClusters',
    'ecs:ListServices',
    'ecs:DescribeServices',
    'ecs:DescribeTaskDefinition',
    'ec2:DescribeSubnets',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const clusters = await ecsClusterArns(aws, signal);
    const ecs = aws.service(ECSClient);
    const options = { abortSignal: signal };
    return pageOfParents(clusters, pageToken, ECS_CLUSTER_GONE, async (cluster, nextToken) => {
      const page = await ecs.send(
        new ListServicesCommand({ cluster, maxResults: ECS_PAGE_SIZE, nextToken }),
        options,
      );
      const arns = page.serviceArns ?? [];
      const chunks: string[][] = [];
      for (let start = 0; start < arns.length; start += SERVICES_A_CALL) {
        chunks.push(arns.slice(start, start + SERVICES_A_CALL));
      }
      const limit = pLimit(CALLS_AT_ONCE);
      const services = await limit.map(chunks, async (chunk) => {
        const command = new DescribeServicesCommand({
          cluster,
          services: chunk,
          include: ['TAGS'],
        });
        return (await ecs.send(command, options)).services ?? [];
      });
      const records = await withTheirSurroundings(aws, services.flat(), signal);
      return { records, next: page.nextToken };
    });
  },

  record: ecsServiceSchema,

  nativeId: (record) => textAt(record, 'serviceArn'),

  toItem: (record, scope) => ({
    ci_type: 'microservice',
    name: record.serviceName,
    display_name: record.tags.Name || record.serviceName,
    status: ecsServiceStatus(record),
    region: scope.region,
    external_id: record.serviceArn,
    ...described(record.tags, [record.serviceName, clusterNameOf(record.clusterArn)]),
    attributes: {
      cluster: clusterNameOf(record.clusterArn),
      desired_count: record.desiredCount,
      running_count: record.runningCount,
      pending_count: record.pendingCount,
      launch_type: record.launchType,
      capacity_providers: record.capacityProviderStrategy
        .flatMap(({ capacityProvider }) => capacityProvider ?? [])
        .sort(),
      platform_version: record.platformVersion,
      platform_family: record.platformFamily,
      scheduling_strategy: record.schedulingStrategy,
      task_definition: definitionName(record.taskDefinition),
      images: record.Definition?.images ?? [],
      network_mode: record.Definition?.network_mode ?? null,
      // As ECS writes them: 1024 units are a CPU.
      cpu_units: numberOf(record.Definition?.cpu_units),
      memory_mb: numberOf(record.Definition?.memory_mb),
      architecture: record.Definition?.architecture ?? null,
      os_family: record.Definition?.os_family ?? null,
      configured_hosts: record.Definition?.named.hosts ?? [],
      configured_resources: record.Definition?.named.arns ?? [],
      vpc_id: record.VpcId,
      subnet_ids: networkOf(record)?.subnets.toSorted() ?? [],
      assign_public_ip: networkOf(record)?.assignPublicIp ?? null,
      service_registries: record.serviceRegistries
        .flatMap(({ registryArn }) => registryArn ?? [])
        .sort(),
      deployment_controller: record.deploymentController?.type ?? null,
      min_healthy_percent: record.deploymentConfiguration?.minimumHealthyPercent ?? null,
      max_percent: record.deploymentConfiguration?.maximumPercent ?? null,
      circuit_breaker: record.deploymentConfiguration?.deploymentCircuitBreaker?.enable ?? null,
      rolls_back: record.deploymentConfiguration?.deploymentCircuitBreaker?.rollback ?? null,
      rollout_state: rolloutState(record),
      execute_command_enabled: record.enableExecuteCommand,
      create_time: record.createdAt,
      state: record.status,
      denied_reads: record.DeniedReads,
    },
  }),

  // Its tasks name it without an ARN, which has two forms.
  keys: ({ serviceArn, serviceName, clusterArn }, scope) => [
    serviceArn,
    nameKey(scope, 'ecs-service', `${clusterNameOf(clusterArn)}/${serviceName}`),
  ],

  relations: {
    in_cluster: { type: 'part_of', target: 'aws_ecs_cluster', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    // The addresses behind a target group are of interfaces: that a service is lost shows here.
    registers_with: { type: 'connects_to', target: 'aws_elbv2_target_group', spread: 'reverse' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    // Reads images and secrets for a task before it starts.
    starts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    mounts: { type: 'uses', target: 'aws_efs_file_system', spread: 'forward' },
    configured_with: { type: 'depends_on', target: 'database', spread: 'forward' },
  },

  references(record, scope) {
    const { Definition: definition, VpcId: vpcId } = record;
    const network = networkOf(record);
    return [
      ...refer('in_cluster', record.clusterArn),
      ...refer('in_vpc', vpcId, idKey),
      ...(network?.subnets ?? []).flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, {
          redundancy_group: `${record.serviceArn} subnets`,
          min_up: 1,
        }),
      ),
      ...(network?.securityGroups ?? []).flatMap((id) => refer('guarded_by', id, idKey)),
      ...record.loadBalancers.flatMap((balancer) => {
        const { targetGroupArn, loadBalancerName, containerName, containerPort } = balancer;
        const port = `${containerName ?? ''}:${containerPort ?? ''}`;
        const rest = {
          discriminator: port,
          attributes: { container: containerName, port: containerPort },
        };
        return [
          ...refer('registers_with', targetGroupArn, undefined, rest),
          ...refer(
            'registers_with',
            loadBalancerName,
            (name) => regionalArn(scope, 'elasticloadbalancing', `loadbalancer/${name}`),
            rest,
          ),
        ];
      }),
      ...refer('acts_as', definition?.task_role_arn, undefined, { discriminator: 'task' }),
      ...refer('starts_as', definition?.execution_role_arn, undefined, {
        discriminator: 'execution',
      }),
      ...(definition?.file_systems ?? []).flatMap((id) => refer('mounts', id, idKey)),
      ...namedKeys(definition?.named ?? { hosts: [], arns: [] }, vpcId ? [vpcId] : []).flatMap(
        (key) => refer('configured_with', key),
      ),
    ];
  },
  // They move with the load and with every roll-out.
  volatile: [
    'attributes.desired_count',
    'attributes.running_count',
    'attributes.pending_count',
    'attributes.rollout_state',
  ],
});

function networkOf({ networkConfiguration }: ReturnType<typeof ecsServiceSchema.parse>) {
  return networkConfiguration?.awsvpcConfiguration ?? null;
}

function numberOf(text: string | null | undefined): number | null {
  return text ? Number(text) : null;
}
