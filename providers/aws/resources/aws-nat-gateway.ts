import { DescribeNatGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { instant, listOf, text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `NatGatewayState`; a deleted one is listed for about an hour. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  available: 'active',
  deleting: 'under_maintenance',
  deleted: 'retired',
  failed: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_nat_gateway',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'A NAT gateway, of a zone or of the region; the route tables over it refer to it.',
  permissions: ['ec2:DescribeNatGateways'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(
        new DescribeNatGatewaysCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }),
        {
          abortSignal: signal,
        },
      );
    return { records: page.NatGateways ?? [], next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    NatGatewayId: z.string(),
    State: text,
    ConnectivityType: text,
    AvailabilityMode: text,
    VpcId: text,
    SubnetId: text,
    RouteTableId: text,
    FailureCode: text,
    FailureMessage: text,
    CreateTime: instant,
    NatGatewayAddresses: listOf(
      z.object({
        AllocationId: text,
        NetworkInterfaceId: text,
        PrivateIp: text,
        PublicIp: text,
        AvailabilityZone: text,
      }),
    ),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'NatGatewayId');
    return id && regionalArn(scope, 'ec2', `natgateway/${id}`);
  },

  toItem(record, scope) {
    const addresses = record.NatGatewayAddresses;
    const publicIps = addresses.flatMap(({ PublicIp }) => PublicIp ?? []).sort();
    const privateIps = addresses.flatMap(({ PrivateIp }) => PrivateIp ?? []).sort();
    return {
      ci_type: 'network_gateway',
      name: record.NatGatewayId,
      display_name: record.Tags.Name || record.NatGatewayId,
      status: STATUSES[record.State ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.NatGatewayId,
      ip_address: publicIps[0] ?? privateIps[0] ?? null,
      ...described(record.Tags),
      attributes: {
        gateway_type: 'nat',
        connectivity_type: record.ConnectivityType,
        availability_mode: record.AvailabilityMode,
        vpc_id: record.VpcId,
        subnet_id: record.SubnetId,
        public_ip_addresses: publicIps,
        private_ip_addresses: privateIps,
        availability_zones: [
          ...new Set(addresses.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? [])),
        ].sort(),
        failure_code: record.FailureCode,
        failure_message: record.FailureMessage,
        create_time: record.CreateTime,
        state: record.State,
      },
    };
  },

  keys: ({ NatGatewayId: id }, scope) => [idKey(id), regionalArn(scope, 'ec2', `natgateway/${id}`)],

  relations: {
    in_subnet: { type: 'part_of', target: 'aws_subnet', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    has_address: { type: 'uses', target: 'aws_elastic_ip', spread: 'forward' },
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    // Only a regional one has a table of its own; another goes by its subnet's.
    routed_by: { type: 'uses', target: 'aws_route_table', spread: 'forward' },
  },
  references(record, scope) {
    const id = regionalArn(scope, 'ec2', `natgateway/${record.NatGatewayId}`);
    // Secondary addresses carry on when another is lost; a regional gateway has one in each zone.
    const together = (kind: string) => ({ redundancy_group: `${id} ${kind}`, min_up: 1 });
    return [
      ...refer('in_subnet', record.SubnetId, idKey),
      ...refer('in_vpc', record.VpcId, idKey),
      ...record.NatGatewayAddresses.flatMap(({ AllocationId }) =>
        refer('has_address', AllocationId, idKey, together('addresses')),
      ),
      ...[...new Set(record.NatGatewayAddresses.map((entry) => entry.NetworkInterfaceId))].flatMap(
        (interfaceId) => refer('has_interface', interfaceId, idKey, together('interfaces')),
      ),
      ...refer('routed_by', record.RouteTableId, idKey),
    ];
  },
  volatile: [],
});
