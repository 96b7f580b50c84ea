import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { REGION } from './moto-estate.ts';

/** What functions, clusters and groups are put into. */
export interface ComputeNetwork {
  vpc_id: string;
  /** One in each of two zones. */
  subnet_ids: string[];
  group_id: string;
  /** One of Amazon's. */
  image_id: string;
}

export async function seedComputeNetwork(): Promise<ComputeNetwork> {
  const ec2 = new EC2Client({});
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  // The emulator gives the interfaces of tasks a name, and fails where the VPC has none.
  await ec2.send(
    new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }),
  );
  const subnetIds: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: `${REGION}${zone}`,
      }),
    );
    subnetIds.push(Subnet?.SubnetId ?? '');
  }
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'app', Description: 'app', VpcId: vpcId }),
  );
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const image = Images?.find(({ Name }) => Name?.startsWith('amzn'));
  return {
    vpc_id: vpcId,
    subnet_ids: subnetIds,
    group_id: GroupId ?? '',
    image_id: image?.ImageId ?? '',
  };
}

/** @returns the role's ARN */
export async function createRole(name: string, service: string): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await new IAMClient({}).send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  return Role?.Arn ?? '';
}
