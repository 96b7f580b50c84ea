import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateTransitGatewayCommand,
  CreateTransitGatewayVpcAttachmentCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand as CreateClassicLoadBalancerCommand,
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { REGION } from './moto-estate.ts';
import type { Network } from './seed-moto.ts';

/** Makes in moto what leads into a network and out of it: gateways, routes, load balancers. */
export async function seedTraffic({ vpc_id, subnet_id, instance_ids }: Network): Promise<void> {
  await seedRoutes(vpc_id, subnet_id);
  const [instance = ''] = instance_ids;
  await seedLoadBalancers(vpc_id, subnet_id, instance);
}

async function seedRoutes(VpcId: string, SubnetId: string): Promise<void> {
  const ec2 = new EC2Client({ region: REGION });
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  const { TransitGateway } = await ec2.send(new CreateTransitGatewayCommand({}));
  const TransitGatewayId = TransitGateway?.TransitGatewayId;
  await ec2.send(
    new CreateTransitGatewayVpcAttachmentCommand({
      TransitGatewayId,
      VpcId,
      SubnetIds: [SubnetId],
    }),
  );
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  for (const route of [
    { DestinationCidrBlock: '0.0.0.0/0', GatewayId },
    { DestinationCidrBlock: '10.8.0.0/16', NatGatewayId: NatGateway?.NatGatewayId },
    { DestinationCidrBlock: '10.9.0.0/16', TransitGatewayId },
  ]) {
    await ec2.send(new CreateRouteCommand({ RouteTableId, ...route }));
  }
}

async function seedLoadBalancers(VpcId: string, subnet: string, instance: string): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client({ region: REGION });
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'edge', Type: 'network', Subnets: [subnet] }),
  );
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'TCP', Port: 80, VpcId }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: instance }] }));
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'TCP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  const classic = new ElasticLoadBalancingClient({ region: REGION });
  await classic.send(
    new CreateClassicLoadBalancerCommand({
      LoadBalancerName: 'legacy',
      Subnets: [subnet],
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }],
    }),
  );
  await classic.send(
    new RegisterInstancesWithLoadBalancerCommand({
      LoadBalancerName: 'legacy',
      Instances: [{ InstanceId: instance }],
    }),
  );
}
