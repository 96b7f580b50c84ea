import {
  CreateClusterCommand,
  DescribeClusterCommand,
  EKSClient,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-eks-cluster.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-eks-cluster.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type ComputeNetwork, createRole, seedComputeNetwork } from './seed-compute.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b`;

let moto: Moto;
let network: ComputeNetwork;
let role = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  network = await seedComputeNetwork();
  role = await createRole('eks', 'eks.amazonaws.com');
  const eks = new EKSClient({});
  for (const name of ['shop-prod', 'tools']) {
    await eks.send(
      new CreateClusterCommand({
        name,
        roleArn: role,
        version: '1.34',
        resourcesVpcConfig: {
          subnetIds: network.subnet_ids,
          securityGroupIds: [network.group_id],
        },
        kubernetesNetworkConfig: { serviceIpv4Cidr: '10.100.0.0/16' },
        encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: KEY } }],
        logging: { clusterLogging: [{ types: ['audit', 'api'], enabled: true }] },
        tags: { team: 'platform' },
      }),
    );
  }
});
afterAll(() => moto?.close());

test('every cluster is found, with its version, networks and logs', async () => {
  const { clusters } = await new EKSClient({}).send(new ListClustersCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual([...(clusters ?? [])].sort());
  const found = listed.find(({ item }) => item.name === 'shop-prod');
  const { cluster } = await new EKSClient({}).send(
    new DescribeClusterCommand({ name: 'shop-prod' }),
  );
  expect(found?.native_id).toBe(cluster?.arn);
  expect(found?.item).toMatchObject({
    ci_type: 'kubernetes_cluster',
    status: 'active',
    environment: 'production',
    region: REGION,
    team: 'platform',
    external_id: cluster?.arn,
    k8s_version: '1.34',
    cluster_endpoint: cluster?.endpoint,
    service_cidr: '10.100.0.0/16',
    logging_enabled: true,
    attributes: { control_plane_logs: ['api', 'audit'], state: 'ACTIVE', denied_reads: [] },
  });
});

test('a cluster is known by the host of its endpoint, by which it is called', async () => {
  const clusters = await listAll(resourceType);
  for (const { item, keys, native_id } of clusters) {
    const { hostname } = new URL(
      item.ci_type === 'kubernetes_cluster' ? (item.cluster_endpoint ?? '') : '',
    );
    expect(keys).toEqual([native_id, `dns:${hostname}`]);
  }
  // One that is being created has none yet.
  const scope = { provider: 'aws', account: '1', account_name: null, region: REGION } as const;
  const [, creating] = records.map((record) => resourceType.record.parse(record));
  expect(creating && resourceType.keys(creating, scope)).toEqual([
    `arn:aws:eks:${REGION}:1:cluster/next`,
  ]);
});

test('a cluster refers to its network, role and key', async () => {
  const found = (await listAll(resourceType)).find(({ item }) => item.name === 'tools');
  expect(found?.references.map(({ relation, key }) => [relation, key])).toEqual(
    expect.arrayContaining([
      ...network.subnet_ids.map((id) => ['in_subnet', `aws:${id}`]),
      ['guarded_by', `aws:${network.group_id}`],
      ['acts_as', role],
      ['encrypted_with', KEY],
    ]),
  );
});
