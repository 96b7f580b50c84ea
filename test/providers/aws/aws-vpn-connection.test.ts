import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateVpcCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as customerGateway } from '../../../providers/aws/resources/aws-customer-gateway.ts';
import { resourceType as connection } from '../../../providers/aws/resources/aws-vpn-connection.ts';
import { resourceType as vpnGateway } from '../../../providers/aws/resources/aws-vpn-gateway.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-vpn-connection.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let vpcId: string;
let customerId: string;
let gatewayId: string;
let connectionId: string;

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const customer = await ec2.send(
    new CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: '198.51.100.1', BgpAsn: 65000 }),
  );
  customerId = customer.CustomerGateway?.CustomerGatewayId ?? '';
  const gateway = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  gatewayId = gateway.VpnGateway?.VpnGatewayId ?? '';
  await ec2.send(new AttachVpnGatewayCommand({ VpcId: vpcId, VpnGatewayId: gatewayId }));
  const made = await ec2.send(
    new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      CustomerGatewayId: customerId,
      VpnGatewayId: gatewayId,
    }),
  );
  connectionId = made.VpnConnection?.VpnConnectionId ?? '';
});
afterAll(() => moto?.close());

test('a VPN connection leads from its gateway to the customer’s, which both are found', async () => {
  const listed = await listAll(connection);
  expect(listed.map(({ item }) => item.name)).toEqual([connectionId]);
  const scope = `arn:aws:ec2:${REGION}:${ACCOUNT}`;
  expect(listed[0]?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'leads_to', key: `aws:${customerId}` },
    { relation: 'ends_at', key: `aws:${gatewayId}` },
    {
      relation: 'carries',
      key: `aws:${connectionId}`,
      source_key: `aws:${gatewayId}`,
      redundancy_group: `${scope}:vpn-gateway/${gatewayId}`,
      min_up: 1,
    },
  ]);
  const customers = await listAll(customerGateway);
  expect(customers.map(({ keys }) => keys[0])).toEqual([`aws:${customerId}`]);
  expect(customers[0]?.item).toMatchObject({ status: 'active', ip_address: '198.51.100.1' });
});

test('a VPN gateway is part of the VPC that it is attached to', async () => {
  const listed = await listAll(vpnGateway);
  expect(listed.map(({ item }) => [item.name, item.status])).toEqual([[gatewayId, 'active']]);
  expect(listed[0]?.references).toEqual([{ relation: 'in_vpc', key: `aws:${vpcId}` }]);
});

test('a connection has failed when all of its tunnels are down, not when one is', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const statuses = records.map(
    (record) => connection.toItem(connection.record.parse(record), scope).status,
  );
  expect(statuses).toEqual(['active', 'failed']);
});
