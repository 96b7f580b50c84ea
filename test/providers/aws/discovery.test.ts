import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resourceType as account } from '../../../providers/aws/resources/aws-account.ts';
import { resourceType as volume } from '../../../providers/aws/resources/aws-ebs-volume.ts';
import { resourceType as instance } from '../../../providers/aws/resources/aws-ec2-instance.ts';
import { resourceType as networkInterface } from '../../../providers/aws/resources/aws-network-interface.ts';
import { resourceType as database } from '../../../providers/aws/resources/aws-rds-instance.ts';
import { resourceType as bucket } from '../../../providers/aws/resources/aws-s3-bucket.ts';
import { resourceType as securityGroup } from '../../../providers/aws/resources/aws-security-group.ts';
import { resourceType as subnet } from '../../../providers/aws/resources/aws-subnet.ts';
import { resourceType as vpc } from '../../../providers/aws/resources/aws-vpc.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type Network, OTHER_REGION, seedMoto } from './seed-moto.ts';

let moto: Moto;
let networks: ReadonlyMap<string, Network>;

beforeAll(async () => {
  moto = await startMotoEstate();
  networks = await seedMoto();
});
afterAll(() => moto?.close());

describe('an EC2 instance', () => {
  test('is found with its fields, in every state', async () => {
    const { instance_ids, subnet_id, vpc_id } = networkOf(REGION);
    const [running, stopped, terminated] = instance_ids;
    const listed = await listAll(instance);
    const byName = new Map(listed.map(({ item }) => [item.name, item]));
    expect(byName.get(running ?? '')).toMatchObject({
      ci_type: 'aws_ec2',
      display_name: 'web-1',
      status: 'active',
      environment: 'production',
      environment_source: 'tag:Environment',
      region: REGION,
      availability_zone: `${REGION}a`,
      external_id: running,
      ip_address: '10.0.1.4',
      cpu_cores: 2,
      memory_gb: 1,
      team: 'storefront',
      cost_center: '4711',
      attributes: { instance_type: 't3.micro', vpc_id, subnet_id, state: 'running' },
    });
    expect(byName.get(running ?? '')?.attributes.launch_time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(byName.get(stopped ?? '')?.status).toBe('inactive');
    expect(byName.get(terminated ?? '')?.status).toBe('retired');
  });

  test('refers to everything it stands on, by keys that those announce', async () => {
    const [running] = networkOf(REGION).instance_ids;
    const found = (await listAll(instance)).find(({ item }) => item.name === running);
    const targets = await ownersOfKeys(vpc, subnet, securityGroup, networkInterface, volume);
    const resolved = (found?.references ?? []).map(
      ({ relation, key }) => [relation, targets.get(key) ?? key] as const,
    );
    const { vpc_id, subnet_id, web_group } = networkOf(REGION);
    expect(resolved).toEqual(
      expect.arrayContaining([
        ['in_subnet', subnet_id],
        ['in_vpc', vpc_id],
        ['guarded_by', web_group],
        ['has_interface', expect.stringMatching(/^eni-/)],
        ['has_volume', expect.stringMatching(/^vol-/)],
        ['has_profile', `arn:aws:iam::${ACCOUNT}:instance-profile/web`],
        ['made_from', expect.stringMatching(`^arn:aws:ec2:${REGION}:${ACCOUNT}:image/ami-`)],
      ]),
    );
  });
});

test('the same private ranges in two regions are different networks', async () => {
  const [here, there] = [await listAll(instance), await listAll(instance, OTHER_REGION)];
  const address = (listed: Listed[]) =>
    listed.flatMap(({ keys }) => keys.filter((key) => key.endsWith('/10.0.1.4')));
  expect(address(here)).toEqual([`ip:${networkOf(REGION).vpc_id}/10.0.1.4`]);
  expect(address(there)).toEqual([`ip:${networkOf(OTHER_REGION).vpc_id}/10.0.1.4`]);
  const ids = [...here, ...there].map(({ native_id }) => native_id);
  expect(new Set(ids).size).toBe(ids.length);
  const keys = [...here, ...there].flatMap(({ keys }) => keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test('each listing finds what the API lists, no less and no more', async () => {
  for (const region of [REGION, OTHER_REGION]) {
    const ec2 = new EC2Client({ region });
    const reservations = (await ec2.send(new DescribeInstancesCommand({}))).Reservations ?? [];
    const instances = reservations.flatMap(({ Instances }) => Instances ?? []);
    const expected = {
      instance: instances.map(({ InstanceId }) => InstanceId),
      volume: ((await ec2.send(new DescribeVolumesCommand({}))).Volumes ?? []).map(
        ({ VolumeId }) => VolumeId,
      ),
      vpc: ((await ec2.send(new DescribeVpcsCommand({}))).Vpcs ?? []).map(({ VpcId }) => VpcId),
      subnet: ((await ec2.send(new DescribeSubnetsCommand({}))).Subnets ?? []).map(
        ({ SubnetId }) => SubnetId,
      ),
      group: ((await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? []).map(
        ({ GroupId }) => GroupId,
      ),
      interface: (
        (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces ?? []
      ).map(({ NetworkInterfaceId }) => NetworkInterfaceId),
    };
    const found = {
      instance: names(await listAll(instance, region)),
      volume: names(await listAll(volume, region)),
      vpc: names(await listAll(vpc, region)),
      subnet: names(await listAll(subnet, region)),
      group: names(await listAll(securityGroup, region)),
      interface: names(await listAll(networkInterface, region)),
    };
    for (const ids of Object.values(expected)) expect(ids.length).toBeGreaterThan(0);
    expect(found).toEqual(
      Object.fromEntries(Object.entries(expected).map(([kind, ids]) => [kind, ids.sort()])),
    );
  }
});

test('a volume that nothing uses is inactive, and one in use is active', async () => {
  const volumes = await listAll(volume);
  const statuses = volumes.map(({ item }) => [item.attributes.size_gb, item.status]);
  expect(statuses).toContainEqual([33, 'inactive']);
  expect(statuses).toContainEqual([8, 'active']);
});

test('a security group refers to the groups that it lets in', async () => {
  const { web_group, database_group } = networkOf(REGION);
  const groups = await listAll(securityGroup);
  const found = groups.find(({ item }) => item.name === database_group);
  expect(found?.references).toContainEqual({
    relation: 'allows_from',
    key: `aws:${web_group}`,
    discriminator: 'ingress tcp/5432',
    attributes: { direction: 'ingress', ports: 'tcp/5432' },
  });
});

test('the addresses of an interface are its instance’s, unless it has none', async () => {
  const interfaces = await listAll(networkInterface);
  for (const { item, keys } of interfaces) {
    const hasAddressKey = keys.some((key) => key.startsWith('ip:'));
    expect(hasAddressKey).toBe(item.attributes.instance_id === null);
  }
});

describe('an RDS instance', () => {
  test('is found with its fields and no secret', async () => {
    const listed = await listAll(database);
    expect(names(listed)).toEqual(['orders', 'orders-replica']);
    const orders = listed.find(({ item }) => item.name === 'orders');
    expect(orders?.item).toMatchObject({
      ci_type: 'aws_rds',
      status: 'active',
      region: REGION,
      external_id: `arn:aws:rds:${REGION}:${ACCOUNT}:db:orders`,
      db_type: 'postgresql',
      db_engine: 'postgres',
      port: 5432,
      storage_gb: 20,
      backup_enabled: true,
      backup_retention_days: 7,
      is_replica: false,
      attributes: { instance_class: 'db.t3.micro', storage_type: 'gp2' },
    });
    expect(JSON.stringify(listed)).not.toContain('hunter2');
  });

  test('refers to its network, key and source', async () => {
    const listed = await listAll(database);
    const replica = listed.find(({ item }) => item.name === 'orders-replica');
    expect(replica?.item).toMatchObject({ is_replica: true, master_db_id: 'orders' });
    expect(replica?.references).toContainEqual({
      relation: 'replicates',
      key: `arn:aws:rds:${REGION}:${ACCOUNT}:db:orders`,
    });
    const orders = listed.find(({ item }) => item.name === 'orders');
    expect(orders?.references).toEqual(
      expect.arrayContaining([
        { relation: 'in_vpc', key: `aws:${networkOf(REGION).vpc_id}` },
        {
          relation: 'in_subnet_group',
          key: `arn:aws:rds:${REGION}:${ACCOUNT}:subgrp:orders`,
        },
        { relation: 'guarded_by', key: `aws:${networkOf(REGION).database_group}` },
      ]),
    );
  });
});

test('a bucket has its own region, tags and versioning; `reproduction-data` is no production', async () => {
  const listed = await listAll(bucket);
  const byName = new Map(listed.map((entry) => [entry.item.name, entry]));
  expect(names(listed)).toEqual(['assets', 'reproduction-data']);
  expect(byName.get('reproduction-data')?.item).toMatchObject({
    environment: 'unknown',
    region: 'us-east-1',
    external_id: 'reproduction-data',
    attributes: { versioning: 'disabled', policy_is_public: false, denied_reads: [] },
  });
  const assets = byName.get('assets');
  expect(assets?.native_id).toBe('arn:aws:s3:::assets');
  expect(assets?.item).toMatchObject({
    environment: 'staging',
    region: REGION,
    attributes: { versioning: 'enabled' },
  });
  expect(assets?.keys).toContain(`dns:assets.s3.${REGION}.amazonaws.com`);
});

test('the account is found by its alias', async () => {
  const [found, ...others] = await listAll(account);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    native_id: `arn:aws:iam::${ACCOUNT}:root`,
    item: { name: ACCOUNT, display_name: 'acme-shop', ci_type: 'cloud_account' },
  });
  expect(found?.keys).toContain(`aws:${ACCOUNT}`);
});

function names(listed: readonly Listed[]): string[] {
  return listed.map(({ item }) => item.name).sort();
}

function networkOf(region: string): Network {
  const network = networks.get(region);
  if (!network) throw new Error(`nothing was seeded in ${region}`);
  return network;
}

async function ownersOfKeys(
  ...types: Array<
    typeof vpc | typeof subnet | typeof securityGroup | typeof networkInterface | typeof volume
  >
): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const type of types) {
    for (const { item, keys } of await listAll(type as typeof vpc)) {
      for (const key of keys) owners.set(key, item.name);
    }
  }
  return owners;
}
