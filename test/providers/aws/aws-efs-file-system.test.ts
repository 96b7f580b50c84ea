import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DescribeFileSystemsCommand,
  EFSClient,
} from '@aws-sdk/client-efs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-efs-file-system.ts';
import { resourceType as networkInterface } from '../../../providers/aws/resources/aws-network-interface.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let efs: EFSClient;
let [vpcId, subnetId, groupId, uploads, accessPoint] = ['', '', '', '', ''];

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }),
  );
  subnetId = subnet.Subnet?.SubnetId ?? '';
  const group = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'nfs', Description: 'nfs', VpcId: vpcId }),
  );
  groupId = group.GroupId ?? '';
  efs = new EFSClient({ region: REGION });
  const create = async (CreationToken: string) => {
    const made = await efs.send(
      new CreateFileSystemCommand({
        CreationToken,
        Encrypted: true,
        Tags: [{ Key: 'Name', Value: CreationToken }],
      }),
    );
    return made.FileSystemId ?? '';
  };
  uploads = await create('uploads-prod');
  await create('unused');
  await efs.send(
    new CreateMountTargetCommand({
      FileSystemId: uploads,
      SubnetId: subnetId,
      SecurityGroups: [groupId],
    }),
  );
  const point = await efs.send(
    new CreateAccessPointCommand({ ClientToken: 'a', FileSystemId: uploads }),
  );
  accessPoint = point.AccessPointArn ?? '';
});
afterAll(() => moto?.close());

test('every file system is found, and answers to its host name and access points', async () => {
  const { FileSystems = [] } = await efs.send(new DescribeFileSystemsCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.length).toBe(2);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    FileSystems.map(({ FileSystemArn }) => FileSystemArn).sort(),
  );
  const found = listed.find(({ item }) => item.name === uploads);
  expect(found?.item).toMatchObject({
    display_name: 'uploads-prod',
    status: 'active',
    environment: 'production',
    fqdn: `${uploads}.efs.${REGION}.amazonaws.com`,
    attributes: { encrypted: true, throughput_mode: 'bursting', denied_reads: [] },
  });
  expect(found?.keys).toEqual(
    expect.arrayContaining([
      `aws:${uploads}`,
      `dns:${uploads}.efs.${REGION}.amazonaws.com`,
      accessPoint,
    ]),
  );
});

test('it is mounted in its subnets through interfaces, or nowhere', async () => {
  const listed = await listAll(resourceType);
  const interfaces = (await listAll(networkInterface)).flatMap(({ keys }) => keys);
  const references = listed.find(({ item }) => item.name === uploads)?.references ?? [];
  expect(references).toEqual(
    expect.arrayContaining([
      { relation: 'in_vpc', key: `aws:${vpcId}` },
      expect.objectContaining({ relation: 'in_subnet', key: `aws:${subnetId}`, min_up: 1 }),
      { relation: 'guarded_by', key: `aws:${groupId}` },
    ]),
  );
  const used = references.filter(({ relation }) => relation === 'has_interface');
  expect(used.length).toBe(1);
  expect(interfaces).toContain(used[0]?.key);
  const unused = listed.find(({ item }) => item.name !== uploads);
  expect(unused?.references.map(({ relation, key }) => [relation, key])).toContainEqual([
    'in_account',
    `aws:${ACCOUNT}`,
  ]);
});
