import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateCapacityProviderCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { ACCOUNT, REGION } from './moto-estate.ts';
import { type ComputeNetwork, createRole, seedComputeNetwork } from './seed-compute.ts';

export const DATABASE = `orders.abc.${REGION}.rds.amazonaws.com`;
export const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;
const TARGET_GROUP = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/orders/50dc6c495c0c9188`;

export interface EcsEstate {
  network: ComputeNetwork;
  role: string;
  group_arn: string;
  target_group_arn: string;
  /** The machine of the cluster `batch`. */
  instance_id: string;
}

/** Two clusters: `shop-prod` on Fargate with a service and a task of it, `batch` on a machine. */
export async function seedEcs(motoUrl: string): Promise<EcsEstate> {
  await keepTasksRunning(motoUrl);
  const network = await seedComputeNetwork();
  const role = await createRole('orders', 'ecs-tasks.amazonaws.com');
  const groupArn = await createGroup(network);
  const ecs = new ECSClient({});
  await ecs.send(
    new CreateCapacityProviderCommand({
      name: 'machines',
      autoScalingGroupProvider: { autoScalingGroupArn: groupArn },
    }),
  );
  await ecs.send(
    new CreateClusterCommand({
      clusterName: 'shop-prod',
      capacityProviders: ['FARGATE'],
      settings: [{ name: 'containerInsights', value: 'enabled' }],
      tags: [{ key: 'team', value: 'storefront' }],
    }),
  );
  await ecs.send(
    new CreateClusterCommand({ clusterName: 'batch', capacityProviders: ['machines'] }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'orders',
      networkMode: 'awsvpc',
      cpu: '512',
      memory: '1024',
      taskRoleArn: role,
      containerDefinitions: [
        {
          name: 'app',
          image: 'example/orders:7',
          memory: 512,
          environment: [
            { name: 'DATABASE_URL', value: `postgres://app:hunter2@${DATABASE}:5432/orders` },
            { name: 'QUEUE', value: QUEUE },
            { name: 'DB_PASSWORD', value: 'hunter2' },
          ],
        },
      ],
    }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'report',
      taskRoleArn: role,
      containerDefinitions: [
        {
          name: 'report',
          image: 'example/report:1',
          memory: 128,
          cpu: 10,
          environment: [{ name: 'DB_HOST', value: DATABASE }],
        },
      ],
    }),
  );
  const networkConfiguration = {
    awsvpcConfiguration: { subnets: network.subnet_ids, securityGroups: [network.group_id] },
  };
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop-prod',
      serviceName: 'orders',
      taskDefinition: 'orders',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration,
      loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: 'app', containerPort: 8080 }],
      tags: [{ key: 'team', value: 'payments' }],
    }),
  );
  await ecs.send(
    new RunTaskCommand({
      cluster: 'shop-prod',
      taskDefinition: 'orders',
      count: 1,
      launchType: 'FARGATE',
      networkConfiguration,
      group: 'service:orders',
      overrides: {
        containerOverrides: [{ name: 'app', environment: [{ name: 'TOKEN', value: 'hunter2' }] }],
      },
    }),
  );
  const instanceId = await registerMachine(network);
  await ecs.send(
    new RunTaskCommand({
      cluster: 'batch',
      taskDefinition: 'report',
      count: 1,
      launchType: 'EC2',
    }),
  );
  return {
    network,
    role,
    group_arn: groupArn,
    target_group_arn: TARGET_GROUP,
    instance_id: instanceId,
  };
}

/** Otherwise moto takes a task one state nearer to its end each time that it is described. */
async function keepTasksRunning(motoUrl: string): Promise<void> {
  const transition = { progression: 'manual', times: 1_000_000 };
  const answer = await fetch(`${motoUrl}/moto-api/state-manager/set-transition`, {
    method: 'POST',
    body: JSON.stringify({ model_name: 'ecs::task', transition }),
  });
  if (!answer.ok) throw new Error(`moto answered ${answer.status}`);
}

async function createGroup({ subnet_ids, image_id }: ComputeNetwork): Promise<string> {
  const { LaunchTemplate } = await new EC2Client({}).send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'machines',
      LaunchTemplateData: { ImageId: image_id, InstanceType: 't3.micro' },
    }),
  );
  const scaling = new AutoScalingClient({});
  const AutoScalingGroupName = 'machines';
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MinSize: 1,
      MaxSize: 2,
      VPCZoneIdentifier: subnet_ids.join(','),
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
    }),
  );
  const { AutoScalingGroups } = await scaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
  );
  return AutoScalingGroups?.[0]?.AutoScalingGroupARN ?? '';
}

/** An instance that the agent on it has entered in the cluster `batch`. */
async function registerMachine({ image_id }: ComputeNetwork): Promise<string> {
  const { Instances } = await new EC2Client({}).send(
    new RunInstancesCommand({
      ImageId: image_id,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  const instanceId = Instances?.[0]?.InstanceId ?? '';
  const document = { instanceId, region: REGION, accountId: ACCOUNT };
  await new ECSClient({}).send(
    new RegisterContainerInstanceCommand({
      cluster: 'batch',
      instanceIdentityDocument: JSON.stringify(document),
    }),
  );
  return instanceId;
}
