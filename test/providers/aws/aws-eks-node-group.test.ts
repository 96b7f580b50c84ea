import {
  CreateClusterCommand,
  CreateNodegroupCommand,
  DescribeNodegroupCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as cluster } from '../../../providers/aws/resources/aws-eks-cluster.ts';
import { resourceType } from '../../../providers/aws/resources/aws-eks-node-group.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type ComputeNetwork, createRole, seedComputeNetwork } from './seed-compute.ts';

const GROUPS = [
  ['shop-prod', 'web'],
  ['shop-prod', 'batch'],
  ['tools', 'web'],
] as const;

let moto: Moto;
let network: ComputeNetwork;
let nodeRole = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  network = await seedComputeNetwork();
  const roleArn = await createRole('eks', 'eks.amazonaws.com');
  nodeRole = await createRole('nodes', 'ec2.amazonaws.com');
  const eks = new EKSClient({});
  for (const name of ['tools', 'empty', 'shop-prod']) {
    const resourcesVpcConfig = { subnetIds: network.subnet_ids };
    await eks.send(new CreateClusterCommand({ name, roleArn, resourcesVpcConfig }));
  }
  for (const [clusterName, nodegroupName] of GROUPS) {
    await eks.send(
      new CreateNodegroupCommand({
        clusterName,
        nodegroupName,
        nodeRole,
        subnets: network.subnet_ids,
        scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 2 },
        instanceTypes: ['m5.large'],
        labels: { tier: nodegroupName },
        tags: { team: 'platform' },
      }),
    );
  }
});
afterAll(() => moto?.close());

test('the node groups of every cluster are found', async () => {
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.display_name).sort()).toEqual(
    GROUPS.map((names) => names.join('/')).sort(),
  );
  const web = listed.find(({ item }) => item.display_name === 'shop-prod/web');
  const { nodegroup } = await new EKSClient({}).send(
    new DescribeNodegroupCommand({ clusterName: 'shop-prod', nodegroupName: 'web' }),
  );
  expect(web?.native_id).toBe(nodegroup?.nodegroupArn);
  expect(web?.item).toMatchObject({
    ci_type: 'autoscaler',
    status: 'active',
    environment: 'production',
    region: REGION,
    team: 'platform',
    attributes: {
      cluster: 'shop-prod',
      min_size: 1,
      max_size: 5,
      desired_size: 2,
      instance_types: ['m5.large'],
      labels: { tier: 'web' },
      subnet_ids: network.subnet_ids.toSorted(),
    },
  });
});

test('a node group refers to its cluster and to the groups of its nodes', async () => {
  const clusters = new Map(
    (await listAll(cluster)).flatMap(({ item, keys }) => keys.map((key) => [key, item.name])),
  );
  const { nodegroup } = await new EKSClient({}).send(
    new DescribeNodegroupCommand({ clusterName: 'tools', nodegroupName: 'web' }),
  );
  const scaling = nodegroup?.resources?.autoScalingGroups?.[0]?.name;
  const web = (await listAll(resourceType)).find(({ item }) => item.display_name === 'tools/web');
  const resolved = web?.references.map(({ relation, key }) => [relation, clusters.get(key) ?? key]);
  expect(resolved).toEqual(
    expect.arrayContaining([
      ['in_cluster', 'tools'],
      ['made_of', `aws:${ACCOUNT}/${REGION}/auto-scaling-group/${scaling}`],
      ['in_subnet', `aws:${network.subnet_ids[0]}`],
      ['acts_as', nodeRole],
    ]),
  );
});
