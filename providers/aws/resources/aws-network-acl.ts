import { DescribeNetworkAclsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { aclEntries, shownEntries } from '../acl-entries.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, listOf, text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_network_acl',
  provider: 'aws',
  ci_types: ['firewall'],
  summary: 'A network ACL with its rules in their order, and the subnets that it guards.',
  permissions: ['ec2:DescribeNetworkAcls'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(
        new DescribeNetworkAclsCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }),
        {
          abortSignal: signal,
        },
      );
    return {
      records: ownedBy(aws.account, page.NetworkAcls),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    NetworkAclId: z.string(),
    VpcId: text,
    IsDefault: flag,
    Associations: listOf(z.object({ SubnetId: text })),
    Entries: aclEntries,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'NetworkAclId');
    return id && regionalArn(scope, 'ec2', `network-acl/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'firewall',
    name: record.NetworkAclId,
    display_name: record.Tags.Name || record.NetworkAclId,
    region: scope.region,
    external_id: record.NetworkAclId,
    ...described(record.Tags),
    attributes: {
      vpc_id: record.VpcId,
      is_default: record.IsDefault,
      subnet_ids: record.Associations.flatMap(({ SubnetId }) => SubnetId ?? []).sort(),
      ingress: shownEntries(record.Entries, 'ingress'),
      egress: shownEntries(record.Entries, 'egress'),
    },
  }),

  keys: ({ NetworkAclId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `network-acl/${id}`),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    // The subnet is the source: it does not name its ACL itself.
    guards: { type: 'uses', target: 'aws_network_acl', spread: 'none' },
  },
  references: (record) => [
    ...refer('in_vpc', record.VpcId, idKey),
    ...record.Associations.flatMap(({ SubnetId }) =>
      SubnetId ? refer('guards', record.NetworkAclId, idKey, { source_key: idKey(SubnetId) }) : [],
    ),
  ],
  volatile: [],
});
