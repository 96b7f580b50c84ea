import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { groupPermissions, portsOf, shownRules } from '../security-rules.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_security_group',
  provider: 'aws',
  ci_types: ['firewall'],
  summary: 'A security group with its rules, and the groups that its rules let in or out.',
  permissions: ['ec2:DescribeSecurityGroups'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeSecurityGroupsCommand({
      MaxResults: 500,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return {
      records: ownedBy(aws.account, page.SecurityGroups),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    GroupId: z.string(),
    GroupName: text,
    Description: text,
    VpcId: text,
    IpPermissions: groupPermissions,
    IpPermissionsEgress: groupPermissions,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'GroupId');
    return id && regionalArn(scope, 'ec2', `security-group/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'firewall',
    name: record.GroupId,
    display_name: record.Tags.Name || record.GroupName || record.GroupId,
    region: scope.region,
    external_id: record.GroupId,
    ...described(record.Tags, [record.GroupName]),
    attributes: {
      group_name: record.GroupName,
      description: record.Description,
      vpc_id: record.VpcId,
      ingress: shownRules(record.IpPermissions),
      egress: shownRules(record.IpPermissionsEgress),
    },
  }),

  keys: ({ GroupId }, scope) => [
    idKey(GroupId),
    regionalArn(scope, 'ec2', `security-group/${GroupId}`),
  ],

  // A firewall does not fail: it is deleted or changed, and nothing can tell beforehand for whom.
  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'none' },
    allows_from: { type: 'connects_to', target: 'aws_security_group', spread: 'none' },
    allows_to: { type: 'connects_to', target: 'aws_security_group', spread: 'none' },
  },
  references: (record) => [
    ...refer('in_vpc', record.VpcId, idKey),
    ...record.IpPermissions.flatMap((rule) =>
      rule.UserIdGroupPairs.flatMap(({ GroupId }) =>
        refer('allows_from', GroupId, idKey, {
          discriminator: `ingress ${portsOf(rule)}`,
          attributes: { direction: 'ingress', ports: portsOf(rule) },
        }),
      ),
    ),
    ...record.IpPermissionsEgress.flatMap((rule) =>
      rule.UserIdGroupPairs.flatMap(({ GroupId }) =>
        refer('allows_to', GroupId, idKey, {
          discriminator: `egress ${portsOf(rule)}`,
          attributes: { direction: 'egress', ports: portsOf(rule) },
        }),
      ),
    ),
  ],
  volatile: [],
});
