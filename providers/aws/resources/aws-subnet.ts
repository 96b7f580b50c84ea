import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, listOf, text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `SubnetState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  available: 'active',
  unavailable: 'failed',
  failed: 'failed',
  'failed-insufficient-capacity': 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_subnet',
  provider: 'aws',
  ci_types: ['subnet'],
  summary: 'A subnet that the account owns; one that is shared with it is listed at its owner.',
  permissions: ['ec2:DescribeSubnets'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(new DescribeSubnetsCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }), {
        abortSignal: signal,
      });
    return {
      records: ownedBy(aws.account, page.Subnets),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    SubnetId: z.string(),
    State: text,
    VpcId: text,
    AvailabilityZone: text,
    AvailabilityZoneId: text,
    CidrBlock: text,
    Ipv6CidrBlockAssociationSet: listOf(z.object({ Ipv6CidrBlock: text })),
    AvailableIpAddressCount: count,
    MapPublicIpOnLaunch: flag,
    DefaultForAz: flag,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'SubnetId');
    return id && regionalArn(scope, 'ec2', `subnet/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'subnet',
    name: record.SubnetId,
    display_name: record.Tags.Name || record.SubnetId,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: record.SubnetId,
    ...described(record.Tags),
    attributes: {
      vpc_id: record.VpcId,
      availability_zone_id: record.AvailabilityZoneId,
      cidr_block: record.CidrBlock,
      ipv6_cidr_blocks: record.Ipv6CidrBlockAssociationSet.flatMap(
        ({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? [],
      ).sort(),
      available_ip_addresses: record.AvailableIpAddressCount,
      map_public_ip_on_launch: record.MapPublicIpOnLaunch,
      is_default_for_zone: record.DefaultForAz,
      state: record.State,
    },
  }),

  keys: ({ SubnetId }, scope) => [idKey(SubnetId), regionalArn(scope, 'ec2', `subnet/${SubnetId}`)],
  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
  },
  references: ({ VpcId }) => refer('in_vpc', VpcId, idKey),
  // It falls and rises with every address that is taken.
  volatile: ['attributes.available_ip_addresses'],
});
