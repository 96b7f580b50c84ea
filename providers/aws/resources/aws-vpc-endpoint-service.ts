import { DescribeVpcEndpointServiceConfigurationsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `ServiceState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Pending: 'planned',
  Available: 'active',
  Deleting: 'under_maintenance',
  Deleted: 'retired',
  Failed: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_vpc_endpoint_service',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'A service that the account offers by PrivateLink; endpoints of others refer to it.',
  permissions: ['ec2:DescribeVpcEndpointServiceConfigurations'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeVpcEndpointServiceConfigurationsCommand({
      MaxResults: 500,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return { records: page.ServiceConfigurations ?? [], next_page_token: page.NextToken || null };
  },

  record: z.object({
    ServiceId: z.string(),
    ServiceName: text,
    ServiceState: text,
    ServiceType: listOf(z.object({ ServiceType: text })),
    AvailabilityZones: listOf(z.string()),
    AcceptanceRequired: flag,
    NetworkLoadBalancerArns: listOf(z.string()),
    GatewayLoadBalancerArns: listOf(z.string()),
    BaseEndpointDnsNames: listOf(z.string()),
    PrivateDnsName: text,
    PrivateDnsNameConfiguration: z.object({ State: text }).nullish(),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'ServiceId');
    return id && regionalArn(scope, 'ec2', `vpc-endpoint-service/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'service',
    name: record.ServiceId,
    display_name: record.Tags.Name || record.ServiceName || record.ServiceId,
    status: STATUSES[record.ServiceState ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.ServiceId,
    ...described(record.Tags),
    attributes: {
      service_name: record.ServiceName,
      service_types: record.ServiceType.flatMap(({ ServiceType }) => ServiceType ?? []).sort(),
      availability_zones: [...record.AvailabilityZones].sort(),
      acceptance_required: record.AcceptanceRequired,
      base_dns_names: [...record.BaseEndpointDnsNames].sort(),
      private_dns_name: record.PrivateDnsName,
      private_dns_state: record.PrivateDnsNameConfiguration?.State ?? null,
      state: record.ServiceState,
    },
  }),

  keys: ({ ServiceId: id, BaseEndpointDnsNames }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `vpc-endpoint-service/${id}`),
    ...BaseEndpointDnsNames.map(dnsKey),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    served_by: { type: 'depends_on', target: 'aws_elbv2_load_balancer', spread: 'forward' },
  },
  references(record, scope) {
    // Each endpoint is led to one of them.
    const group = regionalArn(scope, 'ec2', `vpc-endpoint-service/${record.ServiceId}`);
    return [
      ...refer('in_account', scope.account, accountKey),
      ...[...record.NetworkLoadBalancerArns, ...record.GatewayLoadBalancerArns].flatMap((arn) =>
        refer('served_by', arn, undefined, { redundancy_group: group, min_up: 1 }),
      ),
    ];
  },
  volatile: [],
});
