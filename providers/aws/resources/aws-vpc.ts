import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_vpc',
  provider: 'aws',
  ci_types: ['vpc'],
  summary: 'A VPC that the account owns; one that is shared with it is listed at its owner.',
  permissions: ['ec2:DescribeVpcs'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(new DescribeVpcsCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }), {
        abortSignal: signal,
      });
    return {
      records: ownedBy(aws.account, page.Vpcs),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    VpcId: z.string(),
    State: text,
    CidrBlock: text,
    CidrBlockAssociationSet: listOf(z.object({ CidrBlock: text })),
    Ipv6CidrBlockAssociationSet: listOf(z.object({ Ipv6CidrBlock: text })),
    DhcpOptionsId: text,
    InstanceTenancy: text,
    IsDefault: flag,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'VpcId');
    return id && regionalArn(scope, 'ec2', `vpc/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'vpc',
    name: record.VpcId,
    display_name: record.Tags.Name || record.VpcId,
    status: record.State === 'pending' ? 'planned' : 'active',
    region: scope.region,
    external_id: record.VpcId,
    ...described(record.Tags),
    attributes: {
      cidr_block: record.CidrBlock,
      cidr_blocks: record.CidrBlockAssociationSet.flatMap(
        ({ CidrBlock }) => CidrBlock ?? [],
      ).sort(),
      ipv6_cidr_blocks: record.Ipv6CidrBlockAssociationSet.flatMap(
        ({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? [],
      ).sort(),
      dhcp_options_id: record.DhcpOptionsId,
      instance_tenancy: record.InstanceTenancy,
      is_default: record.IsDefault,
      state: record.State,
    },
  }),

  keys: ({ VpcId }, scope) => [idKey(VpcId), regionalArn(scope, 'ec2', `vpc/${VpcId}`)],
  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
  },
  references: (_record, scope) => refer('in_account', scope.account, accountKey),
  volatile: [],
});
