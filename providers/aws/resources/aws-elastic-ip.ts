import { DescribeAddressesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { text, textAt } from '../fields.ts';
import { accountKey, idKey, publicIpKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_elastic_ip',
  provider: 'aws',
  ci_types: ['ip_address'],
  summary: 'An elastic IP address, in use or not.',
  permissions: ['ec2:DescribeAddresses'],
  level: 'region',

  async listPage(aws: AwsClient, _pageToken, signal) {
    // The API has no pages for them.
    const { Addresses } = await aws
      .service(EC2Client)
      .send(new DescribeAddressesCommand({}), { abortSignal: signal });
    return { records: Addresses ?? [], next_page_token: null };
  },

  record: z.object({
    AllocationId: z.string(),
    AssociationId: text,
    PublicIp: text,
    PrivateIpAddress: text,
    InstanceId: text,
    NetworkInterfaceId: text,
    NetworkInterfaceOwnerId: text,
    Domain: text,
    PublicIpv4Pool: text,
    NetworkBorderGroup: text,
    ServiceManaged: text,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'AllocationId');
    return id && regionalArn(scope, 'ec2', `elastic-ip/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'ip_address',
    name: record.AllocationId,
    display_name: record.Tags.Name || record.PublicIp || record.AllocationId,
    status: isUsed(record) ? 'active' : 'inactive',
    region: scope.region,
    external_id: record.AllocationId,
    ip_address: record.PublicIp,
    ...described(record.Tags),
    attributes: {
      association_id: record.AssociationId,
      private_ip_address: record.PrivateIpAddress,
      instance_id: record.InstanceId,
      network_interface_id: record.NetworkInterfaceId,
      network_interface_owner: record.NetworkInterfaceOwnerId,
      domain: record.Domain,
      public_ipv4_pool: record.PublicIpv4Pool,
      network_border_group: record.NetworkBorderGroup,
      service_managed: record.ServiceManaged,
    },
  }),

  keys: (record, scope) => [
    idKey(record.AllocationId),
    regionalArn(scope, 'ec2', `elastic-ip/${record.AllocationId}`),
    // An address in use is announced by what answers there.
    ...(record.PublicIp && !isUsed(record) ? [publicIpKey(record.PublicIp)] : []),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    // What is reached by the address, or leaves by it, does not name it itself.
    serves: { type: 'uses', target: 'aws_elastic_ip', spread: 'forward' },
  },
  references(record, scope) {
    const user = record.InstanceId ?? record.NetworkInterfaceId;
    return [
      ...refer('in_account', scope.account, accountKey),
      ...(user ? refer('serves', record.AllocationId, idKey, { source_key: idKey(user) }) : []),
    ];
  },
  volatile: [],
});

function isUsed(record: {
  AssociationId: string | null;
  InstanceId: string | null;
  NetworkInterfaceId: string | null;
}): boolean {
  return Boolean(record.AssociationId ?? record.InstanceId ?? record.NetworkInterfaceId);
}
