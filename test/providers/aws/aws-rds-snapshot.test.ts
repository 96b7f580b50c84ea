import {
  CopyDBSnapshotCommand,
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as cluster } from '../../../providers/aws/resources/aws-rds-cluster.ts';
import { resourceType as clusterSnapshot } from '../../../providers/aws/resources/aws-rds-cluster-snapshot.ts';
import { resourceType as instance } from '../../../providers/aws/resources/aws-rds-instance.ts';
import { resourceType as snapshot } from '../../../providers/aws/resources/aws-rds-snapshot.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
const arn = (resource: string) => `arn:aws:rds:${REGION}:${ACCOUNT}:${resource}`;

beforeAll(async () => {
  moto = await startMotoEstate();
  const rds = new RDSClient({ region: REGION });
  const admin = { MasterUsername: 'admin', MasterUserPassword: 'hunter2hunter2' };
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      ...admin,
    }),
  );
  await rds.send(
    new CreateDBSnapshotCommand({
      DBInstanceIdentifier: 'orders',
      DBSnapshotIdentifier: 'before-migration',
      Tags: [{ Key: 'Team', Value: 'storefront' }],
    }),
  );
  await rds.send(
    new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: 'before-migration',
      TargetDBSnapshotIdentifier: 'before-migration-copy',
    }),
  );
  await rds.send(
    new CreateDBClusterCommand({ DBClusterIdentifier: 'shop', Engine: 'aurora-mysql', ...admin }),
  );
  await rds.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: 'shop',
      DBClusterSnapshotIdentifier: 'shop-weekly',
    }),
  );
});
afterAll(() => moto?.close());

test('every snapshot that RDS lists is found, with the tags that came with it', async () => {
  const listed = await listAll(snapshot);
  const { DBSnapshots } = await new RDSClient({ region: REGION }).send(
    new DescribeDBSnapshotsCommand({}),
  );
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (DBSnapshots ?? []).map(({ DBSnapshotArn }) => DBSnapshotArn).sort(),
  );
  // RDS makes one of its own as soon as there is a database.
  const types = new Set(listed.map(({ item }) => item.attributes.snapshot_type));
  expect(types).toEqual(new Set(['automated', 'manual']));
  const found = listed.find(({ item }) => item.name === 'before-migration');
  expect(found?.item).toMatchObject({
    ci_type: 'snapshot',
    status: 'active',
    team: 'storefront',
    attributes: { instance_id: 'orders', engine: 'postgres', size_gb: 20, state: 'available' },
  });
  expect(found?.keys).toEqual([arn('snapshot:before-migration')]);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a snapshot backs up the very database, not whatever has its name', async () => {
  const [database] = await listAll(instance);
  for (const { references } of await listAll(snapshot)) {
    const target = references.find(({ relation }) => relation === 'backs_up');
    expect(target?.key).toMatch(/^aws:db-[A-Z0-9]+$/);
    expect(database?.keys).toContain(target?.key);
  }
});

test('a cluster’s snapshot backs up the cluster', async () => {
  const [found, ...others] = (await listAll(clusterSnapshot)).filter(
    ({ item }) => item.attributes.snapshot_type === 'manual',
  );
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    native_id: arn('cluster-snapshot:shop-weekly'),
    item: { attributes: { cluster_id: 'shop', engine: 'aurora-mysql', size_gb: null } },
  });
  const target = found?.references.find(({ relation }) => relation === 'backs_up');
  const [backedUp] = await listAll(cluster);
  expect(backedUp?.keys).toContain(target?.key);
});
