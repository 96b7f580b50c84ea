import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateClusterSubnetGroupCommand,
  DescribeClustersCommand,
  PauseClusterCommand,
  RedshiftClient,
} from '@aws-sdk/client-redshift';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-redshift-cluster.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-redshift-cluster.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let redshift: RedshiftClient;

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  const vpc = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const VpcId = vpc.Vpc?.VpcId;
  const made = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24' }));
  redshift = new RedshiftClient({ region: REGION });
  await redshift.send(
    new CreateClusterSubnetGroupCommand({
      ClusterSubnetGroupName: 'data',
      Description: 'data',
      SubnetIds: [made.Subnet?.SubnetId ?? ''],
    }),
  );
  for (const ClusterIdentifier of ['sales-prod', 'archive']) {
    await redshift.send(
      new CreateClusterCommand({
        ClusterIdentifier,
        NodeType: 'ra3.xlplus',
        NumberOfNodes: 2,
        MasterUsername: 'admin',
        MasterUserPassword: 'hunter2Hunter2',
        DBName: 'sales',
        ClusterSubnetGroupName: 'data',
        Tags: [{ Key: 'team', Value: 'data' }],
      }),
    );
  }
  await redshift.send(new PauseClusterCommand({ ClusterIdentifier: 'archive' }));
});
afterAll(() => moto?.close());

test('every cluster is found, with how to reach it and no secret', async () => {
  const { Clusters = [] } = await redshift.send(new DescribeClustersCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    Clusters.map(({ ClusterIdentifier }) => ClusterIdentifier).sort(),
  );
  expect(listed.length).toBe(2);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
  const sales = listed.find(({ item }) => item.name === 'sales-prod');
  const address = Clusters.find((cluster) => cluster.ClusterIdentifier === 'sales-prod')?.Endpoint
    ?.Address;
  expect(sales?.native_id).toBe(`arn:aws:redshift:${REGION}:${ACCOUNT}:cluster:sales-prod`);
  expect(sales?.keys).toContain(`dns:${address?.toLowerCase()}`);
  expect(sales?.item).toMatchObject({
    status: 'active',
    environment: 'production',
    team: 'data',
    db_type: 'redshift',
    port: 5439,
    connection_string: `redshift://${address}:5439/sales`,
    attributes: { node_type: 'ra3.xlplus', node_count: 2, subnet_group: 'data' },
  });
  expect(listed.find(({ item }) => item.name === 'archive')?.item.status).toBe('inactive');
});

test('the interfaces of its nodes are those with their addresses, and two zones stand in', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const found = resourceType
    .references(resourceType.record.parse(records[0]), scope)
    .filter(({ relation }) => relation === 'has_interface');
  expect(found.map(({ key }) => key)).toEqual([
    'ip:vpc-0aaaaaaaaaaaaaaa1/10.0.1.9',
    'ip:vpc-0aaaaaaaaaaaaaaa1/10.0.1.10',
    'ip:vpc-0aaaaaaaaaaaaaaa1/10.0.2.9',
  ]);
  expect(found.map(({ min_up }) => min_up)).toEqual([1, 1, 1]);
});
