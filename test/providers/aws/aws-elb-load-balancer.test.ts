import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { elbTags } from '../../../providers/aws/elb-calls.ts';
import { createAwsProvider } from '../../../providers/aws/provider.ts';
import { resourceType as loadBalancer } from '../../../providers/aws/resources/aws-elb-load-balancer.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-elb-load-balancer.ts';
import {
  ACCOUNT,
  listAll,
  NO_SOURCES,
  NOT_CANCELLED,
  REGION,
  startMotoEstate,
} from './moto-estate.ts';

const ARN = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/legacy`;

let moto: Moto;
let vpcId: string;
let subnetId: string;
let instanceIds: string[];

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }),
  );
  subnetId = Subnet?.SubnetId ?? '';
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const run = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images?.[0]?.ImageId,
      InstanceType: 't3.micro',
      MinCount: 2,
      MaxCount: 2,
      SubnetId: subnetId,
    }),
  );
  instanceIds = (run.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  const elb = new ElasticLoadBalancingClient({ region: REGION });
  for (const LoadBalancerName of ['legacy', 'empty']) {
    await elb.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName,
        Subnets: [subnetId],
        Listeners: [
          { Protocol: 'HTTP', LoadBalancerPort: 80, InstanceProtocol: 'HTTP', InstancePort: 8080 },
        ],
        Tags: [{ Key: 'team', Value: `team ${LoadBalancerName}` }],
      }),
    );
  }
  await elb.send(
    new RegisterInstancesWithLoadBalancerCommand({
      LoadBalancerName: 'legacy',
      Instances: instanceIds.map((InstanceId) => ({ InstanceId })),
    }),
  );
});
afterAll(() => moto?.close());

test('classic load balancers are found with their listeners and tags', async () => {
  const listed = await listAll(loadBalancer);
  expect(listed.map(({ item }) => [item.name, item.team]).sort()).toEqual([
    ['empty', 'team empty'],
    ['legacy', 'team legacy'],
  ]);
  const legacy = listed.find(({ item }) => item.name === 'legacy');
  expect(legacy?.native_id).toBe(ARN);
  expect(legacy?.keys).toEqual([ARN, `dns:${legacy?.item.fqdn?.toLowerCase()}`]);
  expect(legacy?.item.attributes).toMatchObject({
    vpc_id: vpcId,
    healthy_instances: 2,
    listeners: [{ port: 80, protocol: 'HTTP', instance_port: 8080, instance_protocol: 'HTTP' }],
  });
});

test('one that was deleted meanwhile costs the others no tags', async () => {
  const provider = createAwsProvider(process.env);
  const scope = { provider: 'aws', account: ACCOUNT, account_name: null, region: REGION } as const;
  const client = await provider.connect(scope, NO_SOURCES);
  const { value, denied } = await elbTags(client, ['gone', 'legacy'], NOT_CANCELLED);
  await provider.disconnect(client);
  expect(denied).toBeNull();
  expect([...(value ?? [])]).toEqual([['legacy', [{ Key: 'team', Value: 'team legacy' }]]]);
});

test('one depends on its instances, of which one is enough', async () => {
  const legacy = (await listAll(loadBalancer)).find(({ item }) => item.name === 'legacy');
  const balanced = legacy?.references.filter(({ relation }) => relation === 'balances') ?? [];
  expect(balanced.map(({ key }) => key).sort()).toEqual(
    instanceIds.map((id) => `aws:${id}`).sort(),
  );
  for (const reference of balanced) {
    expect(reference).toMatchObject({
      redundancy_group: ARN,
      min_up: 1,
      attributes: { health: 'healthy', state: 'InService', reason: null },
    });
  }
  expect(legacy?.references).toContainEqual({
    relation: 'in_subnet',
    key: `aws:${subnetId}`,
    redundancy_group: `${ARN} subnets`,
    min_up: 1,
  });
});

test('one has failed when all its instances are out of service', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const [some, all] = records.map((record) => loadBalancer.record.parse(record));
  expect(some && loadBalancer.toItem(some, scope).status).toBe('active');
  expect(all && loadBalancer.toItem(all, scope).status).toBe('failed');
});
