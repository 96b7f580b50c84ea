import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as egressGateway } from '../../../providers/aws/resources/aws-egress-only-internet-gateway.ts';
import { resourceType as elasticIp } from '../../../providers/aws/resources/aws-elastic-ip.ts';
import { resourceType as internetGateway } from '../../../providers/aws/resources/aws-internet-gateway.ts';
import { resourceType as natGateway } from '../../../providers/aws/resources/aws-nat-gateway.ts';
import { resourceType as networkAcl } from '../../../providers/aws/resources/aws-network-acl.ts';
import { resourceType as routeTable } from '../../../providers/aws/resources/aws-route-table.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';

/** A network as most are: a public subnet with a NAT gateway, and one behind it. */
interface Network {
  vpc_id: string;
  public_subnet: string;
  private_subnet: string;
  /** A subnet that no route table names. */
  forgotten_subnet: string;
  internet_gateway: string;
  egress_gateway: string;
  nat_gateway: string;
  nat_address: string;
  free_address: string;
  public_table: string;
  private_table: string;
}

let moto: Moto;
let ec2: EC2Client;
let network: Network;

beforeAll(async () => {
  moto = await startMotoEstate();
  ec2 = new EC2Client({ region: REGION });
  network = await seedNetwork();
});
afterAll(() => moto?.close());

async function seedNetwork(): Promise<Network> {
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId;
  const subnet = async (number: number) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${number}.0/24` }))).Subnet
      ?.SubnetId ?? '';
  const table = async (SubnetId: string) => {
    const made = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = made.RouteTable?.RouteTableId ?? '';
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    return RouteTableId;
  };
  const address = async () =>
    (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId ?? '';
  const [publicSubnet, privateSubnet, forgotten] = [
    await subnet(1),
    await subnet(2),
    await subnet(3),
  ];
  const gateway = (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway;
  const InternetGatewayId = gateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  await ec2.send(new CreateInternetGatewayCommand({}));
  const egress = await ec2.send(new CreateEgressOnlyInternetGatewayCommand({ VpcId }));
  const egressId = egress.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId ?? '';
  const AllocationId = await address();
  const nat = await ec2.send(new CreateNatGatewayCommand({ SubnetId: publicSubnet, AllocationId }));
  const NatGatewayId = nat.NatGateway?.NatGatewayId ?? '';
  const [publicTable, privateTable] = [await table(publicSubnet), await table(privateSubnet)];
  const anywhere = '0.0.0.0/0';
  for (const route of [
    { RouteTableId: publicTable, DestinationCidrBlock: anywhere, GatewayId: InternetGatewayId },
    { RouteTableId: privateTable, DestinationCidrBlock: anywhere, NatGatewayId },
    {
      RouteTableId: privateTable,
      DestinationIpv6CidrBlock: '::/0',
      EgressOnlyInternetGatewayId: egressId,
    },
  ]) {
    await ec2.send(new CreateRouteCommand(route));
  }
  const acls = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId ?? ''] }] }),
  );
  await ec2.send(
    new CreateNetworkAclEntryCommand({
      NetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
      RuleNumber: 90,
      Protocol: '6',
      RuleAction: 'deny',
      Egress: false,
      PortRange: { From: 22, To: 22 },
      CidrBlock: '0.0.0.0/0',
    }),
  );
  return {
    vpc_id: VpcId ?? '',
    public_subnet: publicSubnet,
    private_subnet: privateSubnet,
    forgotten_subnet: forgotten,
    internet_gateway: InternetGatewayId,
    egress_gateway: egressId,
    nat_gateway: NatGatewayId,
    nat_address: AllocationId,
    free_address: await address(),
    public_table: publicTable,
    private_table: privateTable,
  };
}

function named(listed: readonly Listed[], name: string): Listed {
  const found = listed.find(({ item }) => item.name === name);
  if (!found) throw new Error(`${name} was not listed`);
  return found;
}

const names = (listed: readonly Listed[]) => listed.map(({ item }) => item.name).sort();

test('each listing finds what the API lists, no less and no more', async () => {
  const expected = {
    tables: (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables?.map(
      ({ RouteTableId }) => RouteTableId,
    ),
    gateways: (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways?.map(
      ({ InternetGatewayId }) => InternetGatewayId,
    ),
    nats: (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways?.map(
      ({ NatGatewayId }) => NatGatewayId,
    ),
    addresses: (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.map(
      ({ AllocationId }) => AllocationId,
    ),
    acls: (await ec2.send(new DescribeNetworkAclsCommand({}))).NetworkAcls?.map(
      ({ NetworkAclId }) => NetworkAclId,
    ),
  };
  expect({
    tables: names(await listAll(routeTable)),
    gateways: names(await listAll(internetGateway)),
    nats: names(await listAll(natGateway)),
    addresses: names(await listAll(elasticIp)),
    acls: names(await listAll(networkAcl)),
  }).toEqual(
    Object.fromEntries(Object.entries(expected).map(([kind, ids = []]) => [kind, ids.sort()])),
  );
  expect(names(await listAll(egressGateway))).toEqual([network.egress_gateway]);
});

test('a route table depends on what it leads over, and its subnets use it', async () => {
  const { references, item } = named(await listAll(routeTable), network.private_table);
  expect(references).toEqual([
    { relation: 'in_vpc', key: `aws:${network.vpc_id}` },
    {
      relation: 'leads_over',
      key: `aws:${network.nat_gateway}`,
      attributes: { destinations: ['0.0.0.0/0'], is_blackhole: false },
    },
    {
      relation: 'leads_over',
      key: `aws:${network.egress_gateway}`,
      attributes: { destinations: ['::/0'], is_blackhole: false },
    },
    {
      relation: 'routes_subnet',
      key: `aws:${network.private_table}`,
      source_key: `aws:${network.private_subnet}`,
    },
  ]);
  expect(item.attributes).toMatchObject({ is_main: false, has_blackhole: false });
});

test('a subnet that no table names goes by the main table of its VPC', async () => {
  const tables = await listAll(routeTable);
  const routed = tables.flatMap(({ references }) =>
    references.flatMap(({ relation, source_key }) =>
      relation === 'routes_subnet' ? (source_key ?? []) : [],
    ),
  );
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  // Every subnet goes by exactly one table, named or not.
  expect(routed.sort()).toEqual(Subnets.map(({ SubnetId }) => `aws:${SubnetId}`).sort());
  const main = tables.find(
    ({ item }) => item.attributes.is_main && item.attributes.vpc_id === network.vpc_id,
  );
  expect(main?.item.attributes.implicit_subnet_ids).toEqual([network.forgotten_subnet]);
});

test('a NAT gateway stands on its subnet, its address and its interface', async () => {
  const { item, references } = named(await listAll(natGateway), network.nat_gateway);
  expect(item).toMatchObject({
    ci_type: 'network_gateway',
    status: 'active',
    ip_address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    attributes: { vpc_id: network.vpc_id, subnet_id: network.public_subnet },
  });
  expect(references).toEqual(
    expect.arrayContaining([
      { relation: 'in_subnet', key: `aws:${network.public_subnet}` },
      { relation: 'in_vpc', key: `aws:${network.vpc_id}` },
      expect.objectContaining({ relation: 'has_address', key: `aws:${network.nat_address}` }),
    ]),
  );
});

test('an internet gateway is part of its VPC; one that hangs on none is inactive', async () => {
  const listed = await listAll(internetGateway);
  const attached = named(listed, network.internet_gateway);
  expect(attached.item.status).toBe('active');
  expect(attached.references).toEqual([{ relation: 'in_vpc', key: `aws:${network.vpc_id}` }]);
  const others = listed.filter(({ item }) => item.attributes.vpc_ids?.toString() === '');
  expect(others.map(({ item }) => item.status)).toEqual(['inactive']);
  expect(others.flatMap(({ references }) => references)).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
  ]);
});

test('an address is announced by its elastic IP only while nothing uses it', async () => {
  const listed = await listAll(elasticIp);
  const [used, free] = [named(listed, network.nat_address), named(listed, network.free_address)];
  expect(used.item.status).toBe('active');
  expect(used.keys).not.toContain(`ip:public/${used.item.ip_address}`);
  expect(free.item.status).toBe('inactive');
  expect(free.keys).toContain(`ip:public/${free.item.ip_address}`);
});

test('a network ACL tells its rules in order, and guards its subnets', async () => {
  const acls = await listAll(networkAcl);
  const acl = acls.find(({ item }) => item.attributes.vpc_id === network.vpc_id);
  expect(acl?.item.attributes.ingress).toEqual([
    { rule_number: 90, action: 'deny', ports: 'tcp/22', peer: '0.0.0.0/0' },
    { rule_number: 100, action: 'allow', ports: 'all', peer: '0.0.0.0/0' },
    { rule_number: 32767, action: 'deny', ports: 'all', peer: '0.0.0.0/0' },
  ]);
  const guarded = acl?.references.flatMap(({ source_key }) => source_key ?? []).sort();
  const { public_subnet, private_subnet, forgotten_subnet } = network;
  expect(guarded).toEqual(
    [public_subnet, private_subnet, forgotten_subnet].map((id) => `aws:${id}`).sort(),
  );
});
