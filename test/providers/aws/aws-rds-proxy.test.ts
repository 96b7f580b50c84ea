import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBProxyCommand,
  RDSClient,
  RegisterDBProxyTargetsCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as proxy } from '../../../providers/aws/resources/aws-rds-proxy.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let vpcId: string;
let subnetId: string;
const arn = (resource: string) => `arn:aws:rds:${REGION}:${ACCOUNT}:${resource}`;
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/proxy`;

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' });
  subnetId = (await ec2.send(subnet)).Subnet?.SubnetId ?? '';
  const rds = new RDSClient({ region: REGION });
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'orders',
      Engine: 'aurora-postgresql',
      MasterUsername: 'admin',
      MasterUserPassword: 'hunter2hunter2',
    }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'stock',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
    }),
  );
  for (const DBProxyName of ['orders', 'stock']) {
    await rds.send(
      new CreateDBProxyCommand({
        DBProxyName,
        EngineFamily: 'POSTGRESQL',
        Auth: [{ AuthScheme: 'SECRETS', SecretArn: 'arn:aws:secretsmanager:x:1:secret:hunter2' }],
        RoleArn,
        VpcSubnetIds: [subnetId],
        VpcSecurityGroupIds: ['sg-0aaaaaaaaaaaaaaa1'],
        RequireTLS: true,
        Tags: [{ Key: 'Team', Value: 'storefront' }],
      }),
    );
  }
  const targets = [
    { DBProxyName: 'orders', DBClusterIdentifiers: ['orders'] },
    { DBProxyName: 'stock', DBInstanceIdentifiers: ['stock'] },
  ];
  for (const target of targets) await rds.send(new RegisterDBProxyTargetsCommand(target));
});
afterAll(() => moto?.close());

test('a proxy has its endpoint and tags, and passes on to a cluster or an instance', async () => {
  const listed = await listAll(proxy);
  const byName = new Map(listed.map((entry) => [entry.item.name, entry]));
  expect([...byName.keys()].sort()).toEqual(['orders', 'stock']);
  const orders = byName.get('orders');
  expect(orders?.item).toMatchObject({
    ci_type: 'service',
    status: 'active',
    team: 'storefront',
    attributes: {
      engine_family: 'postgresql',
      vpc_id: vpcId,
      require_tls: true,
      denied_reads: [],
    },
  });
  expect(orders?.keys).toContain(`dns:${orders?.item.hostname}`);
  expect(orders?.references).toEqual([
    { relation: 'in_vpc', key: `aws:${vpcId}` },
    {
      relation: 'in_subnet',
      key: `aws:${subnetId}`,
      redundancy_group: `${orders?.native_id} subnets`,
      min_up: 1,
    },
    { relation: 'guarded_by', key: 'aws:sg-0aaaaaaaaaaaaaaa1' },
    { relation: 'has_role', key: RoleArn },
    { relation: 'passes_to_cluster', key: arn('cluster:orders') },
  ]);
  expect(byName.get('stock')?.references).toContainEqual({
    relation: 'passes_to_instance',
    key: arn('db:stock'),
  });
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});
