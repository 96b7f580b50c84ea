import {
  AcceptVpcPeeringConnectionCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateTransitGatewayCommand,
  CreateTransitGatewayVpcAttachmentCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
  DescribeTransitGatewayAttachmentsCommand,
  DescribeTransitGatewaysCommand,
  DescribeVpcPeeringConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as routeTable } from '../../../providers/aws/resources/aws-route-table.ts';
import { resourceType as transitGateway } from '../../../providers/aws/resources/aws-transit-gateway.ts';
import { resourceType as attachment } from '../../../providers/aws/resources/aws-transit-gateway-attachment.ts';
import { resourceType as peering } from '../../../providers/aws/resources/aws-vpc-peering.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

const OTHER_REGION = 'us-west-2';

let moto: Moto;
let ec2: EC2Client;
let here: string;
let there: string;
let subnetId: string;
let gatewayId: string;
let attachmentId: string;
let peeringId: string;
let mainTable: string;

beforeAll(async () => {
  moto = await startMotoEstate();
  ec2 = new EC2Client({ region: REGION });
  const far = new EC2Client({ region: OTHER_REGION });
  here = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  there = (await far.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: here, CidrBlock: '10.0.1.0/24' }),
  );
  subnetId = Subnet?.SubnetId ?? '';
  const gateway = await ec2.send(new CreateTransitGatewayCommand({ Description: 'core' }));
  gatewayId = gateway.TransitGateway?.TransitGatewayId ?? '';
  const attached = await ec2.send(
    new CreateTransitGatewayVpcAttachmentCommand({
      TransitGatewayId: gatewayId,
      VpcId: here,
      SubnetIds: [subnetId],
    }),
  );
  attachmentId = attached.TransitGatewayVpcAttachment?.TransitGatewayAttachmentId ?? '';
  const joined = await ec2.send(
    new CreateVpcPeeringConnectionCommand({
      VpcId: here,
      PeerVpcId: there,
      PeerRegion: OTHER_REGION,
    }),
  );
  peeringId = joined.VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  await far.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peeringId }));
  const tables = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [here] }] }),
  );
  mainTable = tables.RouteTables?.[0]?.RouteTableId ?? '';
  const RouteTableId = mainTable;
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '10.2.0.0/16',
      TransitGatewayId: gatewayId,
    }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '10.1.0.0/16',
      VpcPeeringConnectionId: peeringId,
    }),
  );
});
afterAll(() => moto?.close());

test('each listing finds what the API lists, no less and no more', async () => {
  const names = async (type: typeof transitGateway | typeof attachment | typeof peering) =>
    (await listAll(type as typeof transitGateway)).map(({ item }) => item.name);
  const gateways = await ec2.send(new DescribeTransitGatewaysCommand({}));
  const attachments = await ec2.send(new DescribeTransitGatewayAttachmentsCommand({}));
  const peerings = await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
  expect(await names(transitGateway)).toEqual(
    gateways.TransitGateways?.map(({ TransitGatewayId }) => TransitGatewayId),
  );
  expect(await names(attachment)).toEqual(
    attachments.TransitGatewayAttachments?.map((one) => one.TransitGatewayAttachmentId),
  );
  expect(await names(peering)).toEqual(
    peerings.VpcPeeringConnections?.map((one) => one.VpcPeeringConnectionId),
  );
  expect([gatewayId, attachmentId, peeringId]).not.toContain('');
});

test('an attachment joins its VPC to the gateway, in the subnets that it has there', async () => {
  const [found] = await listAll(attachment);
  expect(found?.item).toMatchObject({
    status: 'active',
    attributes: { attached_type: 'vpc', attached_id: here, subnet_ids: [subnetId] },
  });
  expect(found?.references).toEqual([
    { relation: 'in_gateway', key: `aws:${gatewayId}` },
    { relation: 'attaches', key: `aws:${here}` },
    {
      relation: 'in_subnet',
      key: `aws:${subnetId}`,
      redundancy_group: `${found?.native_id} subnets`,
      min_up: 1,
    },
  ]);
});

test('routes over gateways and peerings lead to the keys that those announce', async () => {
  const table = (await listAll(routeTable)).find(({ item }) => item.name === mainTable);
  const led = table?.references.flatMap(({ relation, key }) =>
    relation.startsWith('leads_') ? [key] : [],
  );
  const owners = [
    ...(await listAll(transitGateway)),
    ...(await listAll(attachment)),
    ...(await listAll(peering)),
  ].flatMap(({ item, keys }) => keys.map((key) => [key, item.name] as const));
  const byKey = new Map(owners);
  expect(led?.map((key) => byKey.get(key)).sort()).toEqual(
    [gatewayId, attachmentId, peeringId].sort(),
  );
});

test('a peering of two regions is an end in each, and the ends know each other', async () => {
  const [near, far] = [await listAll(peering), await listAll(peering, OTHER_REGION)];
  const arn = (region: string) =>
    `arn:aws:ec2:${region}:${ACCOUNT}:vpc-peering-connection/${peeringId}`;
  expect(near.map(({ native_id }) => native_id)).toEqual([arn(REGION)]);
  expect(far.map(({ native_id }) => native_id)).toEqual([arn(OTHER_REGION)]);
  expect(near[0]?.item.status).toBe('active');
  expect(near[0]?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'joins', key: `aws:${here}`, attributes: { side: 'requester' } },
    { relation: 'joins', key: `aws:${there}`, attributes: { side: 'accepter' } },
    { relation: 'other_end', key: arn(OTHER_REGION) },
  ]);
  expect(far[0]?.references).toContainEqual({ relation: 'other_end', key: arn(REGION) });
});
