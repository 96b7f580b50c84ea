import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateCacheClusterCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  DescribeCacheClustersCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cacheStatus } from '../../../providers/aws/cache-states.ts';
import { resourceType as cluster } from '../../../providers/aws/resources/aws-elasticache-cluster.ts';
import { resourceType as replicationGroup } from '../../../providers/aws/resources/aws-elasticache-replication-group.ts';
import { resourceType as subnetGroup } from '../../../providers/aws/resources/aws-elasticache-subnet-group.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let vpcId: string;
let subnetIds: string[];
const arn = (resource: string) => `arn:aws:elasticache:${REGION}:${ACCOUNT}:${resource}`;
const Tags = [{ Key: 'Team', Value: 'storefront' }];

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  subnetIds = [];
  for (const index of [1, 2]) {
    const command = new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: `10.0.${index}.0/24` });
    subnetIds.push((await ec2.send(command)).Subnet?.SubnetId ?? '');
  }
  const cache = new ElastiCacheClient({ region: REGION });
  await cache.send(
    new CreateCacheSubnetGroupCommand({
      CacheSubnetGroupName: 'caches',
      CacheSubnetGroupDescription: 'Where the caches live',
      SubnetIds: subnetIds,
      Tags,
    }),
  );
  await cache.send(
    new CreateCacheClusterCommand({
      CacheClusterId: 'pages-staging',
      Engine: 'memcached',
      CacheNodeType: 'cache.t4g.micro',
      NumCacheNodes: 2,
      CacheSubnetGroupName: 'caches',
      NotificationTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`,
      Tags,
    }),
  );
  await cache.send(
    new CreateCacheClusterCommand({
      CacheClusterId: 'sessions',
      Engine: 'redis',
      CacheNodeType: 'cache.t4g.micro',
      AuthToken: 'hunter2hunter2hunter2',
      TransitEncryptionEnabled: true,
      SnapshotRetentionLimit: 3,
    }),
  );
  await cache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: 'carts',
      ReplicationGroupDescription: 'Carts of the shop',
      ClusterMode: 'enabled',
      NumNodeGroups: 2,
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
      KmsKeyId: 'alias/carts',
      AtRestEncryptionEnabled: true,
      Tags,
    }),
  );
  await cache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: 'drafts',
      ReplicationGroupDescription: 'Drafts',
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: false,
    }),
  );
});
afterAll(() => moto?.close());

test('every cluster that ElastiCache lists is found, with its VPC and tags and no secret', async () => {
  const listed = await listAll(cluster);
  const { CacheClusters } = await new ElastiCacheClient({ region: REGION }).send(
    new DescribeCacheClustersCommand({}),
  );
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (CacheClusters ?? []).map(({ ARN }) => ARN).sort(),
  );
  const pages = listed.find(({ item }) => item.name === 'pages-staging');
  expect(pages?.item).toMatchObject({
    ci_type: 'cache',
    status: 'active',
    environment: 'staging',
    region: REGION,
    team: 'storefront',
    attributes: {
      engine: 'memcached',
      node_type: 'cache.t4g.micro',
      node_count: 2,
      vpc_id: vpcId,
      denied_reads: [],
    },
  });
  expect(pages?.references).toEqual([
    { relation: 'in_vpc', key: `aws:${vpcId}` },
    { relation: 'in_subnet_group', key: arn('subnetgroup:caches') },
  ]);
  const sessions = listed.find(({ item }) => item.name === 'sessions');
  expect(sessions?.item.attributes).toMatchObject({
    auth_token_enabled: true,
    encrypted_in_transit: true,
    snapshot_retention_days: 3,
  });
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a cache subnet group refers to its VPC and subnets', async () => {
  const [found, ...others] = await listAll(subnetGroup);
  expect(others).toEqual([]);
  expect(found?.native_id).toBe(arn('subnetgroup:caches'));
  expect(found?.item.team).toBe('storefront');
  const group = { redundancy_group: `${arn('subnetgroup:caches')} subnets`, min_up: 1 };
  expect(found?.references).toEqual(
    expect.arrayContaining([
      { relation: 'in_vpc', key: `aws:${vpcId}` },
      ...subnetIds.map((id) => ({ relation: 'has_subnet', key: `aws:${id}`, ...group })),
    ]),
  );
});

test('the nodes of one shard stand in for each other, and shards do not', async () => {
  const listed = await listAll(replicationGroup);
  const carts = listed.find(({ item }) => item.name === 'carts');
  expect(carts?.item).toMatchObject({
    ci_type: 'cache',
    status: 'active',
    team: 'storefront',
    attributes: { cluster_mode: true, automatic_failover: 'enabled' },
  });
  expect(carts?.keys).toContain(`dns:${carts?.item.hostname}`);
  const members = (carts?.references ?? []).filter(({ relation }) => relation === 'has_member');
  const byShard = Map.groupBy(members, ({ redundancy_group }) => redundancy_group);
  expect([...byShard.keys()].sort()).toEqual([
    `${arn('replicationgroup:carts')} shard 0001`,
    `${arn('replicationgroup:carts')} shard 0002`,
  ]);
  for (const [shard, nodes] of byShard) {
    const number = shard?.slice(-4);
    expect(nodes.map(({ key }) => key).sort()).toEqual([
      arn(`cluster:carts-${number}-001`),
      arn(`cluster:carts-${number}-002`),
    ]);
    expect(nodes.map(({ min_up }) => min_up)).toEqual([1, 1]);
  }
  const relations = (carts?.references ?? []).map(({ relation }) => relation);
  expect(relations).toContain('encrypted_with');
  expect(relations).not.toContain('written_through');
});

test('without failover, the group needs its primary', async () => {
  const listed = await listAll(replicationGroup);
  const drafts = listed.find(({ item }) => item.name === 'drafts');
  const primaries = (drafts?.references ?? []).filter(
    ({ relation }) => relation === 'written_through',
  );
  expect(primaries).toEqual([{ relation: 'written_through', key: arn('cluster:drafts-001') }]);
});

test('the states of a cache are read in every spelling', () => {
  expect(cacheStatus('rebooting cluster nodes')).toBe('under_maintenance');
  expect(cacheStatus('incompatible-network')).toBe('failed');
  expect(cacheStatus('incompatible_network')).toBe('failed');
  expect(cacheStatus('CREATE-FAILED')).toBe('failed');
  expect(cacheStatus('snapshotting')).toBe('active');
});
