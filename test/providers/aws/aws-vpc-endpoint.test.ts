import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as endpoint } from '../../../providers/aws/resources/aws-vpc-endpoint.ts';
import { resourceType as endpointService } from '../../../providers/aws/resources/aws-vpc-endpoint-service.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-vpc-endpoint.ts';
import { listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let ec2: EC2Client;
let vpcId: string;
let subnetId: string;
let balancerArn: string;

beforeAll(async () => {
  moto = await startMotoEstate();
  ec2 = new EC2Client({ region: REGION });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  vpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }),
  );
  subnetId = Subnet?.SubnetId ?? '';
  const elb = new ElasticLoadBalancingV2Client({ region: REGION });
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'pay', Type: 'network', Subnets: [subnetId] }),
  );
  balancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  await ec2.send(
    new CreateVpcEndpointServiceConfigurationCommand({ NetworkLoadBalancerArns: [balancerArn] }),
  );
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${REGION}.s3`,
      VpcEndpointType: 'Gateway',
      PolicyDocument: '{"Statement":[],"Id":"hunter2"}',
    }),
  );
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${REGION}.sqs`,
      VpcEndpointType: 'Interface',
      SubnetIds: [subnetId],
    }),
  );
});
afterAll(() => moto?.close());

test('every endpoint is found, of both types', async () => {
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  const listed = await listAll(endpoint);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    VpcEndpoints.map(({ VpcEndpointId }) => VpcEndpointId).sort(),
  );
  expect(listed.map(({ item }) => item.attributes.endpoint_type).sort()).toEqual([
    'Gateway',
    'Interface',
  ]);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('an interface endpoint stands on its VPC, subnets and interfaces', async () => {
  const found = (await listAll(endpoint)).find(
    ({ item }) => item.attributes.endpoint_type === 'Interface',
  );
  expect(found?.item).toMatchObject({
    status: 'active',
    display_name: `com.amazonaws.${REGION}.sqs`,
    attributes: { vpc_id: vpcId, subnet_ids: [subnetId] },
  });
  expect(found?.references).toEqual(
    expect.arrayContaining([
      { relation: 'in_vpc', key: `aws:${vpcId}` },
      {
        relation: 'in_subnet',
        key: `aws:${subnetId}`,
        redundancy_group: `${found?.native_id} subnets`,
        min_up: 1,
      },
      expect.objectContaining({ relation: 'has_interface' }),
    ]),
  );
});

test('a service that is offered by PrivateLink depends on its load balancers', async () => {
  const [service, ...others] = await listAll(endpointService);
  expect(others).toEqual([]);
  expect(service?.item.name).toMatch(/^vpce-svc-/);
  expect(service?.item.status).toBe('active');
  expect(service?.references).toContainEqual({
    relation: 'served_by',
    key: balancerArn,
    redundancy_group: service?.native_id,
    min_up: 1,
  });
});

test('an endpoint announces no name that others have, and refers to the service behind it', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const record = endpoint.record.parse(records[1]);
  const names = endpoint.keys(record, scope).filter((key) => key.startsWith('dns:'));
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^dns:vpce-0aaaaaaaaaaaaaaa2-/);
  expect(endpoint.references(record, scope)).toContainEqual({
    relation: 'leads_to',
    key: 'aws:vpce-svc-0aaaaaaaaaaaaaaa1',
  });
});
