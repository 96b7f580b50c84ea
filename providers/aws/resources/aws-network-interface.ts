import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { Scope } from '../../../model/scope.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, listOf, text, textAt } from '../fields.ts';
import { idKey, privateIpKey, publicIpKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `NetworkInterfaceStatus`; `available` is one that nothing uses. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  available: 'inactive',
  associated: 'active',
  attaching: 'planned',
  'in-use': 'active',
  detaching: 'under_maintenance',
};

export const resourceType = defineResourceType({
  name: 'aws_network_interface',
  provider: 'aws',
  ci_types: ['network_interface'],
  summary: 'A network interface of an instance, load balancer, function, endpoint or gateway.',
  permissions: ['ec2:DescribeNetworkInterfaces'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeNetworkInterfacesCommand({
      MaxResults: 500,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return {
      records: ownedBy(aws.account, page.NetworkInterfaces),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    NetworkInterfaceId: z.string(),
    Status: text,
    InterfaceType: text,
    Description: text,
    RequesterManaged: flag,
    SourceDestCheck: flag,
    VpcId: text,
    SubnetId: text,
    AvailabilityZone: text,
    MacAddress: text,
    PrivateIpAddress: text,
    PrivateDnsName: text,
    PrivateIpAddresses: listOf(
      z.object({
        PrivateIpAddress: z.string(),
        Association: z.object({ PublicIp: text }).nullish(),
      }),
    ),
    Ipv6Addresses: listOf(z.object({ Ipv6Address: z.string() })),
    Attachment: z.object({ InstanceId: text }).nullish(),
    Groups: listOf(z.object({ GroupId: z.string() })),
    TagSet: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'NetworkInterfaceId');
    return id && regionalArn(scope, 'ec2', `network-interface/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_interface',
    name: record.NetworkInterfaceId,
    display_name: record.TagSet.Name || record.Description || record.NetworkInterfaceId,
    status: STATUSES[record.Status ?? ''] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: record.NetworkInterfaceId,
    ip_address: record.PrivateIpAddress,
    hostname: record.PrivateDnsName,
    ...described(record.TagSet),
    attributes: {
      interface_type: record.InterfaceType,
      description: record.Description,
      requester_managed: record.RequesterManaged,
      source_dest_check: record.SourceDestCheck,
      vpc_id: record.VpcId,
      subnet_id: record.SubnetId,
      mac_address: record.MacAddress,
      private_ip_addresses: record.PrivateIpAddresses.map((entry) => entry.PrivateIpAddress).sort(),
      public_ip_addresses: publicAddresses(record.PrivateIpAddresses).sort(),
      ipv6_addresses: record.Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address).sort(),
      instance_id: record.Attachment?.InstanceId ?? null,
      status: record.Status,
    },
  }),

  keys(record, scope) {
    const { NetworkInterfaceId: id, VpcId: vpcId, PrivateIpAddresses: addresses } = record;
    const own = [idKey(id), regionalArn(scope, 'ec2', `network-interface/${id}`)];
    // The addresses of an instance's interfaces are the instance's.
    if (record.Attachment?.InstanceId) return own;
    return [
      ...own,
      ...(vpcId ? addresses.map((entry) => privateIpKey(vpcId, entry.PrivateIpAddress)) : []),
      ...publicAddresses(addresses).map(publicIpKey),
      ...record.Ipv6Addresses.map(({ Ipv6Address }) => publicIpKey(Ipv6Address)),
    ];
  },

  relations: {
    in_subnet: { type: 'part_of', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    // The load balancer is the source: it does not name its interfaces itself.
    serves: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_subnet', record.SubnetId, idKey),
    ...record.Groups.flatMap(({ GroupId }) => refer('guarded_by', GroupId, idKey)),
    ...loadBalancerOf(record, scope).flatMap((balancer) =>
      refer('serves', record.NetworkInterfaceId, idKey, {
        source_key: balancer,
        redundancy_group: `${balancer} interfaces`,
        min_up: 1,
      }),
    ),
  ],
  volatile: [],
});

/**
 * The ARN of the load balancer that has an interface, which only its description tells, as the ELB
 * user guides say: `ELB app/web/50dc6c495c0c9188`, or `ELB web` of a classic one.
 */
function loadBalancerOf(
  record: { Description: string | null; RequesterManaged: boolean | null },
  scope: Scope,
): string[] {
  const path = /^ELB ([A-Za-z0-9/-]+)$/.exec(record.Description ?? '')?.[1];
  if (path === undefined || record.RequesterManaged !== true) return [];
  return [regionalArn(scope, 'elasticloadbalancing', `loadbalancer/${path}`)];
}

function publicAddresses(
  addresses: ReadonlyArray<{ Association?: { PublicIp: string | null } | null | undefined }>,
): string[] {
  return addresses.flatMap(({ Association }) => Association?.PublicIp ?? []);
}
