import { DescribeVpcPeeringConnectionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { Scope } from '../../../model/scope.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every code of EC2's `VpcPeeringConnectionStateReason`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  'initiating-request': 'planned',
  'pending-acceptance': 'planned',
  provisioning: 'planned',
  active: 'active',
  deleting: 'under_maintenance',
  deleted: 'retired',
  rejected: 'retired',
  expired: 'retired',
  failed: 'failed',
};

/** One side of the connection. */
const side = z
  .object({
    VpcId: text,
    OwnerId: text,
    Region: text,
    CidrBlock: text,
    CidrBlockSet: listOf(z.object({ CidrBlock: text })),
  })
  .nullish();
type Side = z.infer<typeof side>;

/**
 * Both sides list a connection, under one id: in two accounts, or two regions. Each lists its end,
 * an item of its own by the ARN it has there, so that neither is lost where the other side is not
 * discovered; the ends refer to each other. Its plain id would have two owners, and is no key.
 */
export const resourceType = defineResourceType({
  name: 'aws_vpc_peering',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'The end of a VPC peering connection in the account and region; one if both are there.',
  permissions: ['ec2:DescribeVpcPeeringConnections'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeVpcPeeringConnectionsCommand({
      MaxResults: 500,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return { records: page.VpcPeeringConnections ?? [], next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    VpcPeeringConnectionId: z.string(),
    RequesterVpcInfo: side,
    AccepterVpcInfo: side,
    Status: z.object({ Code: text, Message: text }).nullish(),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'VpcPeeringConnectionId');
    return id && regionalArn(scope, 'ec2', `vpc-peering-connection/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.VpcPeeringConnectionId,
    display_name: record.Tags.Name || record.VpcPeeringConnectionId,
    status: STATUSES[record.Status?.Code ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.VpcPeeringConnectionId,
    ...described(record.Tags),
    attributes: {
      gateway_type: 'vpc-peering',
      requester: shownSide(record.RequesterVpcInfo),
      accepter: shownSide(record.AccepterVpcInfo),
      state: record.Status?.Code ?? null,
      state_message: record.Status?.Message ?? null,
    },
  }),

  keys: ({ VpcPeeringConnectionId: id }, scope) => [
    regionalArn(scope, 'ec2', `vpc-peering-connection/${id}`),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    joins: { type: 'connects_to', target: 'aws_vpc', spread: 'forward' },
    // They are one thing, seen from two sides.
    other_end: { type: 'connects_to', target: 'aws_vpc_peering', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('joins', record.RequesterVpcInfo?.VpcId, idKey, {
      attributes: { side: 'requester' },
    }),
    ...refer('joins', record.AccepterVpcInfo?.VpcId, idKey, { attributes: { side: 'accepter' } }),
    ...[record.RequesterVpcInfo, record.AccepterVpcInfo].flatMap((info) =>
      refer('other_end', otherEnd(info, record.VpcPeeringConnectionId, scope)),
    ),
  ],
  volatile: [],
});

function shownSide(info: Side) {
  return {
    vpc_id: info?.VpcId ?? null,
    account: info?.OwnerId ?? null,
    region: info?.Region ?? null,
    cidr_blocks: [
      ...new Set([
        ...(info?.CidrBlock ? [info.CidrBlock] : []),
        ...(info?.CidrBlockSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
      ]),
    ].sort(),
  };
}

/** The ARN of the connection on a side that is elsewhere; null for the side that is here. */
function otherEnd(info: Side, id: string, scope: Scope): string | null {
  if (!info?.OwnerId || !info.Region) return null;
  if (info.OwnerId === scope.account && info.Region === scope.region) return null;
  const there = { ...scope, account: info.OwnerId, region: info.Region };
  return regionalArn(there, 'ec2', `vpc-peering-connection/${id}`);
}
