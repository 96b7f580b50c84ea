import { DescribeVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `State`, which the API answers in both cases: `Available`, `available`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pendingacceptance: 'planned',
  pending: 'planned',
  available: 'active',
  // Some of its zones could not be set up.
  partial: 'failed',
  deleting: 'under_maintenance',
  deleted: 'retired',
  rejected: 'retired',
  expired: 'retired',
  failed: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_vpc_endpoint',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'A VPC endpoint of any type: the way from a VPC to a service without the internet.',
  permissions: ['ec2:DescribeVpcEndpoints'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeVpcEndpointsCommand({
      MaxResults: 500,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return {
      records: ownedBy(aws.account, page.VpcEndpoints),
      next_page_token: page.NextToken || null,
    };
  },

  record: z.object({
    VpcEndpointId: z.string(),
    VpcEndpointType: text,
    VpcId: text,
    ServiceName: text,
    ServiceRegion: text,
    ServiceNetworkArn: text,
    ResourceConfigurationArn: text,
    State: text,
    FailureReason: text,
    LastError: z.object({ Code: text, Message: text }).nullish(),
    IpAddressType: text,
    PrivateDnsEnabled: flag,
    RequesterManaged: flag,
    RouteTableIds: listOf(z.string()),
    SubnetIds: listOf(z.string()),
    NetworkInterfaceIds: listOf(z.string()),
    Groups: listOf(z.object({ GroupId: text })),
    DnsEntries: listOf(z.object({ DnsName: text })),
    CreationTimestamp: instant,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'VpcEndpointId');
    return id && regionalArn(scope, 'ec2', `vpc-endpoint/${id}`);
  },

  toItem(record, scope) {
    const names = record.DnsEntries.flatMap(({ DnsName }) => DnsName ?? []).sort();
    return {
      ci_type: 'network_gateway',
      name: record.VpcEndpointId,
      display_name: record.Tags.Name || record.ServiceName || record.VpcEndpointId,
      status: STATUSES[record.State?.toLowerCase() ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.VpcEndpointId,
      // The name of the whole endpoint is the shortest; the others are of one zone each.
      fqdn: ownNames(record).sort((a, b) => a.length - b.length)[0] ?? null,
      ...described(record.Tags),
      attributes: {
        gateway_type: 'vpc-endpoint',
        endpoint_type: record.VpcEndpointType,
        service_name: record.ServiceName,
        service_region: record.ServiceRegion,
        service_network_arn: record.ServiceNetworkArn,
        resource_configuration_arn: record.ResourceConfigurationArn,
        vpc_id: record.VpcId,
        subnet_ids: [...record.SubnetIds].sort(),
        route_table_ids: [...record.RouteTableIds].sort(),
        dns_names: names,
        private_dns: record.PrivateDnsEnabled,
        ip_address_type: record.IpAddressType,
        requester_managed: record.RequesterManaged,
        failure:
          record.FailureReason ?? record.LastError?.Message ?? record.LastError?.Code ?? null,
        create_time: record.CreationTimestamp,
        state: record.State,
      },
    };
  },

  keys: (record, scope) => [
    idKey(record.VpcEndpointId),
    regionalArn(scope, 'ec2', `vpc-endpoint/${record.VpcEndpointId}`),
    ...ownNames(record).map(dnsKey),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    leads_to: { type: 'depends_on', target: 'aws_vpc_endpoint_service', spread: 'forward' },
  },
  references(record, scope) {
    const id = regionalArn(scope, 'ec2', `vpc-endpoint/${record.VpcEndpointId}`);
    // Zones stand in for each other, and so do the interfaces in them.
    const together = (kind: string) => ({ redundancy_group: `${id} ${kind}`, min_up: 1 });
    return [
      ...refer('in_vpc', record.VpcId, idKey),
      ...record.SubnetIds.flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, together('subnets')),
      ),
      ...record.NetworkInterfaceIds.flatMap((interfaceId) =>
        refer('has_interface', interfaceId, idKey, together('interfaces')),
      ),
      ...record.Groups.flatMap(({ GroupId }) => refer('guarded_by', GroupId, idKey)),
      ...refer('leads_to', endpointServiceId(record.ServiceName), idKey),
    ];
  },
  volatile: [],
});

/**
 * The host names that are this endpoint's alone. Private names (`sqs.eu-west-1.amazonaws.com`) are
 * every endpoint's of that service, and a wildcard is no host.
 */
function ownNames(record: {
  VpcEndpointId: string;
  DnsEntries: ReadonlyArray<{ DnsName: string | null }>;
}): string[] {
  return record.DnsEntries.flatMap(({ DnsName }) =>
    DnsName?.startsWith(record.VpcEndpointId) ? [DnsName] : [],
  );
}

/** `vpce-svc-0abc` of `com.amazonaws.vpce.eu-west-1.vpce-svc-0abc`; null for AWS's own services. */
function endpointServiceId(serviceName: string | null): string | null {
  return /\.(vpce-svc-[0-9a-f]+)$/.exec(serviceName ?? '')?.[1] ?? null;
}
