import {
  DescribeTransitGatewayAttachmentsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  EC2Client,
  type TransitGatewayAttachment,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { instant, text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { vpcAttachmentKey } from '../route-targets.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `TransitGatewayAttachmentState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  initiating: 'planned',
  initiatingRequest: 'planned',
  pendingAcceptance: 'planned',
  pending: 'planned',
  available: 'active',
  modifying: 'under_maintenance',
  rollingBack: 'under_maintenance',
  rejecting: 'under_maintenance',
  deleting: 'under_maintenance',
  deleted: 'retired',
  rejected: 'retired',
  failing: 'failed',
  failed: 'failed',
};

/** As many ids as one filter takes: the subnets of a page are read with one call. */
const ATTACHMENTS_A_PAGE = 200;

export const resourceType = defineResourceType({
  name: 'aws_transit_gateway_attachment',
  provider: 'aws',
  ci_types: ['network_interface'],
  summary: 'What joins a VPC, VPN or peer of the account to a transit gateway, its own or shared.',
  permissions: [
    'ec2:DescribeTransitGatewayAttachments',
    'ec2:DescribeTransitGatewayVpcAttachments',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeTransitGatewayAttachmentsCommand({
      MaxResults: ATTACHMENTS_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    const own = ownedBy(
      aws.account,
      page.TransitGatewayAttachments?.map((one) => ({ ...one, OwnerId: ownerOf(one) })),
    );
    const { value: subnets, denied } = await subnetsOf(aws, own, signal);
    const records = own.map((one) => ({
      ...one,
      SubnetIds: subnets?.get(one.TransitGatewayAttachmentId ?? '') ?? [],
      DeniedReads: denied !== null && one.ResourceType === 'vpc' ? [denied] : [],
    }));
    return { records, next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    TransitGatewayAttachmentId: z.string(),
    TransitGatewayId: text,
    TransitGatewayOwnerId: text,
    ResourceType: text,
    ResourceId: text,
    State: text,
    Association: z.object({ TransitGatewayRouteTableId: text, State: text }).nullish(),
    CreationTime: instant,
    SubnetIds: z.array(z.string()),
    DeniedReads: z.array(z.string()),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'TransitGatewayAttachmentId');
    return id && regionalArn(scope, 'ec2', `transit-gateway-attachment/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_interface',
    name: record.TransitGatewayAttachmentId,
    display_name: record.Tags.Name || record.TransitGatewayAttachmentId,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.TransitGatewayAttachmentId,
    ...described(record.Tags),
    attributes: {
      transit_gateway_id: record.TransitGatewayId,
      transit_gateway_owner: record.TransitGatewayOwnerId,
      attached_type: record.ResourceType,
      attached_id: record.ResourceId,
      subnet_ids: [...record.SubnetIds].sort(),
      route_table_id: record.Association?.TransitGatewayRouteTableId ?? null,
      association_state: record.Association?.State ?? null,
      create_time: record.CreationTime,
      state: record.State,
      denied_reads: record.DeniedReads,
    },
  }),

  keys(record, scope) {
    const { TransitGatewayAttachmentId: id, TransitGatewayId: gateway, ResourceId } = record;
    const isGone = ['deleted', 'rejected', 'failed'].includes(record.State ?? '');
    return [
      regionalArn(scope, 'ec2', `transit-gateway-attachment/${id}`),
      // A peering of two gateways has this id in both regions.
      ...(record.ResourceType === 'peering' ? [] : [idKey(id)]),
      // One that is gone stays listed for a while beside the one that replaced it.
      ...(record.ResourceType === 'vpc' && gateway && ResourceId && !isGone
        ? [vpcAttachmentKey(gateway, ResourceId, scope)]
        : []),
    ];
  },

  relations: {
    in_gateway: { type: 'part_of', target: 'aws_transit_gateway', spread: 'forward' },
    attaches: {
      type: 'connects_to',
      target: 'aws_vpc, aws_vpn_connection or aws_transit_gateway',
      spread: 'forward',
    },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
  },
  references(record, scope) {
    const id = record.TransitGatewayAttachmentId;
    // Each zone goes by the subnet that it has; the attachment lives with one of them.
    const group = regionalArn(scope, 'ec2', `transit-gateway-attachment/${id} subnets`);
    return [
      ...refer('in_gateway', record.TransitGatewayId, idKey),
      ...refer('attaches', record.ResourceId, idKey),
      ...record.SubnetIds.flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, { redundancy_group: group, min_up: 1 }),
      ),
    ];
  },
  volatile: [],
});

/**
 * Whose an attachment is. That of a VPC is listed at the VPC's owner and at the gateway's: the VPC's
 * it is. Of a peering each side lists its own gateway, with the other as the resource.
 */
function ownerOf(one: TransitGatewayAttachment): string | undefined {
  return one.ResourceType === 'vpc' ? one.ResourceOwnerId : one.TransitGatewayOwnerId;
}

/** The subnets of the VPC attachments among these, by attachment. */
function subnetsOf(aws: AwsClient, all: readonly TransitGatewayAttachment[], signal: AbortSignal) {
  const ids = all.flatMap(({ ResourceType, TransitGatewayAttachmentId }) =>
    ResourceType === 'vpc' && TransitGatewayAttachmentId ? [TransitGatewayAttachmentId] : [],
  );
  return readDetail('ec2:DescribeTransitGatewayVpcAttachments', async () => {
    const subnets = new Map<string, readonly string[]>();
    if (ids.length === 0) return subnets;
    let token: string | undefined;
    do {
      const command = new DescribeTransitGatewayVpcAttachmentsCommand({
        Filters: [{ Name: 'transit-gateway-attachment-id', Values: ids }],
        MaxResults: ATTACHMENTS_A_PAGE,
        NextToken: token,
      });
      const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
      for (const one of page.TransitGatewayVpcAttachments ?? []) {
        subnets.set(one.TransitGatewayAttachmentId ?? '', one.SubnetIds ?? []);
      }
      token = page.NextToken;
    } while (token);
    return subnets;
  });
}
