import {
  AssociateIamInstanceProfileCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateAccountAliasCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSubnetGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  CreateBucketCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { REGION } from './moto-estate.ts';

export const OTHER_REGION = 'us-west-2';
const CIDR = '10.0.0.0/16';

/** The same network in each region: an address alone names nothing. */
export interface Network {
  vpc_id: string;
  subnet_id: string;
  web_group: string;
  database_group: string;
  instance_ids: string[];
}

/** Makes a small estate in moto: the same network in two regions, databases in one, buckets. */
export async function seedMoto(): Promise<ReadonlyMap<string, Network>> {
  await seedIdentity();
  const here = await seedNetwork(REGION);
  const there = await seedNetwork(OTHER_REGION);
  await seedDatabases(here);
  await seedBuckets();
  return new Map([
    [REGION, here],
    [OTHER_REGION, there],
  ]);
}

async function seedIdentity(): Promise<void> {
  const iam = new IAMClient({});
  await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'acme-shop' }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web' }));
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await iam.send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument: trust }));
  await iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: 'web' }),
  );
}

async function seedNetwork(region: string): Promise<Network> {
  const ec2 = new EC2Client({ region });
  const vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: CIDR }))).Vpc?.VpcId ?? '';
  const subnetCommand = new CreateSubnetCommand({
    VpcId: vpcId,
    CidrBlock: '10.0.1.0/24',
    AvailabilityZone: `${region}a`,
  });
  const subnetId = (await ec2.send(subnetCommand)).Subnet?.SubnetId ?? '';
  const group = async (name: string) =>
    (
      await ec2.send(
        new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }),
      )
    ).GroupId ?? '';
  const [webGroup, databaseGroup] = [await group('web'), await group('database')];
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 5432,
    ToPort: 5432,
    UserIdGroupPairs: [{ GroupId: webGroup }],
  };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: databaseGroup, IpPermissions: [rule] }),
  );
  const images = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const image = images.Images?.find(({ Name }) => Name?.startsWith('amzn'));
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const run = await ec2.send(
      new RunInstancesCommand({
        ImageId: image?.ImageId ?? '',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnetId,
        SecurityGroupIds: [webGroup],
        PrivateIpAddress: `10.0.1.${4 + index}`,
      }),
    );
    ids.push(run.Instances?.[0]?.InstanceId ?? '');
  }
  const [running = '', stopped = '', terminated = ''] = ids;
  await ec2.send(
    new AssociateIamInstanceProfileCommand({
      InstanceId: running,
      IamInstanceProfile: { Name: 'web' },
    }),
  );
  const tags = {
    Name: 'web-1',
    Environment: 'Production',
    Team: 'storefront',
    'Cost-Center': '4711',
    'aws:autoscaling:groupName': 'web-group',
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2.send(new CreateTagsCommand({ Resources: [running], Tags }));
  await ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [terminated] }));
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 33 }));
  return {
    vpc_id: vpcId,
    subnet_id: subnetId,
    web_group: webGroup,
    database_group: databaseGroup,
    instance_ids: ids,
  };
}

async function seedDatabases({ subnet_id, database_group }: Network): Promise<void> {
  const rds = new RDSClient({ region: REGION });
  await rds.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: 'orders',
      DBSubnetGroupDescription: 'orders',
      SubnetIds: [subnet_id],
    }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      StorageType: 'gp2',
      MasterUsername: 'admin',
      MasterUserPassword: 'hunter2hunter2',
      BackupRetentionPeriod: 7,
      DBSubnetGroupName: 'orders',
      VpcSecurityGroupIds: [database_group],
      Port: 5432,
    }),
  );
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'orders-replica',
      SourceDBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.t3.micro',
    }),
  );
}

async function seedBuckets(): Promise<void> {
  const s3 = (region: string) => new S3Client({ region, forcePathStyle: true });
  await s3('us-east-1').send(new CreateBucketCommand({ Bucket: 'reproduction-data' }));
  const here = s3(REGION);
  await here.send(
    new CreateBucketCommand({
      Bucket: 'assets',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  await here.send(
    new PutBucketTaggingCommand({
      Bucket: 'assets',
      Tagging: { TagSet: [{ Key: 'env', Value: 'staging' }] },
    }),
  );
  await here.send(
    new PutBucketVersioningCommand({
      Bucket: 'assets',
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  );
}
