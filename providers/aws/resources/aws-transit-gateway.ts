import { DescribeTransitGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { count, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `TransitGatewayState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  available: 'active',
  modifying: 'under_maintenance',
  deleting: 'under_maintenance',
  deleted: 'retired',
};

export const resourceType = defineResourceType({
  name: 'aws_transit_gateway',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'A transit gateway of the account; one that is shared with it is listed at its owner.',
  permissions: ['ec2:DescribeTransitGateways'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeTransitGatewaysCommand({
      MaxResults: 500,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return {
      records: ownedBy(aws.account, page.TransitGateways),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    TransitGatewayId: z.string(),
    TransitGatewayArn: z.string(),
    State: text,
    Description: text,
    CreationTime: instant,
    Options: z
      .object({
        AmazonSideAsn: count,
        TransitGatewayCidrBlocks: listOf(z.string()),
        AutoAcceptSharedAttachments: text,
        DefaultRouteTableAssociation: text,
        DefaultRouteTablePropagation: text,
        VpnEcmpSupport: text,
        DnsSupport: text,
        MulticastSupport: text,
      })
      .nullish(),
    Tags: tagList,
  }),

  nativeId: (record) => textAt(record, 'TransitGatewayArn'),

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.TransitGatewayId,
    display_name: record.Tags.Name || record.Description || record.TransitGatewayId,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.TransitGatewayId,
    ...described(record.Tags, [record.Description]),
    attributes: {
      gateway_type: 'transit',
      description: record.Description,
      amazon_asn: record.Options?.AmazonSideAsn ?? null,
      cidr_blocks: [...(record.Options?.TransitGatewayCidrBlocks ?? [])].sort(),
      auto_accept_shared_attachments: record.Options?.AutoAcceptSharedAttachments ?? null,
      default_route_table_association: record.Options?.DefaultRouteTableAssociation ?? null,
      default_route_table_propagation: record.Options?.DefaultRouteTablePropagation ?? null,
      vpn_ecmp: record.Options?.VpnEcmpSupport ?? null,
      dns_support: record.Options?.DnsSupport ?? null,
      multicast: record.Options?.MulticastSupport ?? null,
      create_time: record.CreationTime,
      state: record.State,
    },
  }),

  keys: ({ TransitGatewayId, TransitGatewayArn }) => [idKey(TransitGatewayId), TransitGatewayArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
  },
  references: (_record, scope) => refer('in_account', scope.account, accountKey),
  volatile: [],
});
