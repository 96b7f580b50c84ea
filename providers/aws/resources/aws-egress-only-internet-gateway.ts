import { DescribeEgressOnlyInternetGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { listOf, text, textAt } from '../fields.ts';
import { attachedVpcs, attachmentStatus } from '../gateway-attachments.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_egress_only_internet_gateway',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'A gateway by which IPv6 addresses reach the internet, and are not reached from it.',
  permissions: ['ec2:DescribeEgressOnlyInternetGateways'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeEgressOnlyInternetGatewaysCommand({
      // The most that it takes.
      MaxResults: 255,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return {
      records: page.EgressOnlyInternetGateways ?? [],
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    EgressOnlyInternetGatewayId: z.string(),
    Attachments: listOf(z.object({ VpcId: text, State: text })),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'EgressOnlyInternetGatewayId');
    return id && regionalArn(scope, 'ec2', `egress-only-internet-gateway/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.EgressOnlyInternetGatewayId,
    display_name: record.Tags.Name || record.EgressOnlyInternetGatewayId,
    status: attachmentStatus(record.Attachments),
    region: scope.region,
    external_id: record.EgressOnlyInternetGatewayId,
    ...described(record.Tags),
    attributes: {
      gateway_type: 'egress-only-internet',
      vpc_ids: attachedVpcs(record.Attachments),
      state: record.Attachments[0]?.State ?? null,
    },
  }),

  keys: ({ EgressOnlyInternetGatewayId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `egress-only-internet-gateway/${id}`),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
  },
  references: ({ Attachments }, scope) => {
    const vpcs = attachedVpcs(Attachments);
    if (vpcs.length === 0) return refer('in_account', scope.account, accountKey);
    return vpcs.flatMap((vpcId) => refer('in_vpc', vpcId, idKey));
  },
  volatile: [],
});
