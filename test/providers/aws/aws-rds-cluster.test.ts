import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddRoleToDBClusterCommand,
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBClustersCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ciStatusSchema } from '../../../model/enums.ts';
import { RDS_CLUSTER_STATUSES, RDS_STATUSES } from '../../../providers/aws/rds-states.ts';
import { resourceType as cluster } from '../../../providers/aws/resources/aws-rds-cluster.ts';
import { resourceType as instance } from '../../../providers/aws/resources/aws-rds-instance.ts';
import { resourceType as subnetGroup } from '../../../providers/aws/resources/aws-rds-subnet-group.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let vpcId: string;
let subnetIds: string[];
const arn = (resource: string) => `arn:aws:rds:${REGION}:${ACCOUNT}:${resource}`;

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  subnetIds = [];
  for (const [index, zone] of ['b', 'a'].entries()) {
    const command = new CreateSubnetCommand({
      VpcId: vpcId,
      CidrBlock: `10.0.${index}.0/24`,
      AvailabilityZone: `${REGION}${zone}`,
    });
    subnetIds.push((await ec2.send(command)).Subnet?.SubnetId ?? '');
  }
  const rds = new RDSClient({ region: REGION });
  await rds.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: 'orders',
      DBSubnetGroupDescription: 'Where the orders live',
      SubnetIds: subnetIds,
    }),
  );
  for (const name of ['orders', 'stock-dev']) {
    await rds.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: name,
        Engine: name === 'orders' ? 'aurora-postgresql' : 'mysql',
        DatabaseName: 'shop',
        MasterUsername: 'admin',
        MasterUserPassword: 'hunter2hunter2',
        BackupRetentionPeriod: 14,
        DBSubnetGroupName: 'orders',
        VpcSecurityGroupIds: ['sg-0aaaaaaaaaaaaaaa1'],
        StorageEncrypted: true,
        KmsKeyId: 'alias/orders',
        DeletionProtection: true,
        ...(name === 'orders'
          ? { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 } }
          : { AllocatedStorage: 400, Iops: 3000, StorageType: 'io1' }),
        Tags: [{ Key: 'Team', Value: 'storefront' }],
      }),
    );
  }
  for (const name of ['orders-a', 'orders-b']) {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBInstanceClass: 'db.serverless',
        Engine: 'aurora-postgresql',
        DBClusterIdentifier: 'orders',
      }),
    );
  }
  const role = new AddRoleToDBClusterCommand({
    DBClusterIdentifier: 'orders',
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/import`,
    FeatureName: 's3Import',
  });
  await rds.send(role);
});
afterAll(() => moto?.close());

async function listedCluster(name: string): Promise<Listed> {
  const found = (await listAll(cluster)).find(({ item }) => item.name === name);
  if (!found) throw new Error(`no cluster ${name} was listed`);
  return found;
}

test('every cluster that RDS lists is found', async () => {
  const rds = new RDSClient({ region: REGION });
  const { DBClusters } = await rds.send(new DescribeDBClustersCommand({}));
  const found = (await listAll(cluster)).map(({ native_id }) => native_id).sort();
  expect(found).toEqual((DBClusters ?? []).map(({ DBClusterArn }) => DBClusterArn).sort());
  expect(found).toHaveLength(2);
});

test('an Aurora cluster is found with its endpoints and no secret', async () => {
  const found = await listedCluster('orders');
  expect(found.item).toMatchObject({
    ci_type: 'aws_rds',
    status: 'active',
    region: REGION,
    external_id: arn('cluster:orders'),
    db_type: 'postgresql',
    db_engine: 'aurora-postgresql',
    port: 5432,
    connection_string: expect.stringMatching(/^postgresql:\/\/orders\.cluster-.*:5432\/shop$/),
    // Aurora's volume grows by itself: the 1 GiB that RDS answers is no size.
    storage_gb: null,
    backup_enabled: true,
    backup_retention_days: 14,
    is_replica: false,
    team: 'storefront',
    attributes: {
      vpc_id: vpcId,
      deletion_protection: true,
      serverless_min_capacity: 0.5,
      serverless_max_capacity: 8,
      denied_reads: [],
    },
  });
  const hosts = [found.item.hostname, found.item.attributes.reader_endpoint];
  for (const host of hosts) expect(found.keys).toContain(`dns:${host}`);
  expect(new Set(hosts).size).toBe(2);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('a Multi-AZ cluster has the storage and IOPS that were asked for', async () => {
  const { item } = await listedCluster('stock-dev');
  expect(item).toMatchObject({ storage_gb: 400, iops: 3000, environment: 'development' });
});

test('a cluster refers to its network, key, role and to members that stand in for each other', async () => {
  const { references } = await listedCluster('orders');
  const members = references.filter(({ relation }) => relation === 'has_member');
  expect(members.map(({ key }) => key).sort()).toEqual([arn('db:orders-a'), arn('db:orders-b')]);
  expect(new Set(members.map((member) => member.attributes?.role))).toEqual(
    new Set(['writer', 'reader']),
  );
  for (const { redundancy_group, min_up } of members) {
    expect([redundancy_group, min_up]).toEqual([`${arn('cluster:orders')} members`, 1]);
  }
  expect(references).toEqual(
    expect.arrayContaining([
      { relation: 'in_vpc', key: `aws:${vpcId}` },
      { relation: 'in_subnet_group', key: arn('subgrp:orders') },
      { relation: 'guarded_by', key: 'aws:sg-0aaaaaaaaaaaaaaa1' },
      { relation: 'encrypted_with', key: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/orders` },
      { relation: 'has_role', key: `arn:aws:iam::${ACCOUNT}:role/import` },
    ]),
  );
  const instances = await listAll(instance);
  const announced = new Set(instances.flatMap(({ keys }) => keys));
  for (const { key } of members) expect(announced).toContain(key);
  const [first] = instances;
  expect(first?.references).toContainEqual({ relation: 'in_cluster', key: arn('cluster:orders') });
});

test('a subnet group refers to its subnets, of which one must be up', async () => {
  const [found, ...others] = await listAll(subnetGroup);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    native_id: arn('subgrp:orders'),
    item: {
      ci_type: 'resource_group',
      name: 'orders',
      attributes: {
        vpc_id: vpcId,
        subnet_ids: [...subnetIds].sort(),
        availability_zones: [`${REGION}a`, `${REGION}b`],
        state: 'Complete',
      },
    },
  });
  const group = { redundancy_group: `${arn('subgrp:orders')} subnets`, min_up: 1 };
  expect(found?.references).toEqual(
    expect.arrayContaining([
      { relation: 'in_vpc', key: `aws:${vpcId}` },
      ...subnetIds.map((id) => ({ relation: 'has_subnet', key: `aws:${id}`, ...group })),
    ]),
  );
});

test('a database that cannot serve is failed, and one that is only changed is not', () => {
  expect(RDS_STATUSES['incompatible-network']).toBe('failed');
  expect(RDS_CLUSTER_STATUSES['inaccessible-encryption-credentials']).toBe('failed');
  expect(RDS_CLUSTER_STATUSES['cloning-failed']).toBe('failed');
  expect(RDS_CLUSTER_STATUSES['failing-over']).toBe('under_maintenance');
  expect(RDS_CLUSTER_STATUSES.stopped).toBe('inactive');
  for (const status of Object.values(RDS_CLUSTER_STATUSES)) {
    expect(ciStatusSchema.options).toContain(status);
  }
});
