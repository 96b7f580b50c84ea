import { DescribeVpnGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, listOf, text, textAt } from '../fields.ts';
import { attachedVpcs, attachmentStatus } from '../gateway-attachments.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `VpnState` but `available`, which leaves it to the attachment. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  deleting: 'under_maintenance',
  deleted: 'retired',
};

export const resourceType = defineResourceType({
  name: 'aws_vpn_gateway',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'A virtual private gateway: the VPC’s end of VPNs and of Direct Connect.',
  permissions: ['ec2:DescribeVpnGateways'],
  level: 'region',

  async listPage(aws: AwsClient, _pageToken, signal) {
    // The API has no pages for them.
    const { VpnGateways } = await aws
      .service(EC2Client)
      .send(new DescribeVpnGatewaysCommand({}), { abortSignal: signal });
    return { records: VpnGateways ?? [], next_page_token: null };
  },

  record: z.object({
    VpnGatewayId: z.string(),
    State: text,
    Type: text,
    AmazonSideAsn: count,
    AvailabilityZone: text,
    VpcAttachments: listOf(z.object({ VpcId: text, State: text })),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'VpnGatewayId');
    return id && regionalArn(scope, 'ec2', `vpn-gateway/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.VpnGatewayId,
    display_name: record.Tags.Name || record.VpnGatewayId,
    status: STATUSES[record.State ?? ''] ?? attachmentStatus(record.VpcAttachments),
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: record.VpnGatewayId,
    ...described(record.Tags),
    attributes: {
      gateway_type: 'vpn',
      vpn_type: record.Type,
      amazon_asn: record.AmazonSideAsn,
      vpc_ids: attachedVpcs(record.VpcAttachments),
      state: record.State,
    },
  }),

  keys: ({ VpnGatewayId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `vpn-gateway/${id}`),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
  },
  references: ({ VpcAttachments }, scope) => {
    const vpcs = attachedVpcs(VpcAttachments);
    if (vpcs.length === 0) return refer('in_account', scope.account, accountKey);
    return vpcs.flatMap((vpcId) => refer('in_vpc', vpcId, idKey));
  },
  volatile: [],
});
