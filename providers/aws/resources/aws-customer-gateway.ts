import { DescribeCustomerGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state that EC2 documents of a customer gateway. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  available: 'active',
  deleting: 'under_maintenance',
  deleted: 'retired',
};

export const resourceType = defineResourceType({
  name: 'aws_customer_gateway',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'The device at the far end of a VPN, as AWS was told of it.',
  permissions: ['ec2:DescribeCustomerGateways'],
  level: 'region',

  async listPage(aws: AwsClient, _pageToken, signal) {
    // The API has no pages for them.
    const { CustomerGateways } = await aws
      .service(EC2Client)
      .send(new DescribeCustomerGatewaysCommand({}), { abortSignal: signal });
    return { records: CustomerGateways ?? [], next_page_token: null };
  },

  record: z.object({
    CustomerGatewayId: z.string(),
    State: text,
    Type: text,
    DeviceName: text,
    IpAddress: text,
    BgpAsn: text,
    BgpAsnExtended: text,
    CertificateArn: text,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'CustomerGatewayId');
    return id && regionalArn(scope, 'ec2', `customer-gateway/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.CustomerGatewayId,
    display_name: record.Tags.Name || record.DeviceName || record.CustomerGatewayId,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.CustomerGatewayId,
    ip_address: record.IpAddress,
    ...described(record.Tags, [record.DeviceName]),
    attributes: {
      gateway_type: 'customer',
      vpn_type: record.Type,
      device_name: record.DeviceName,
      bgp_asn: record.BgpAsn ?? record.BgpAsnExtended,
      state: record.State,
    },
  }),

  // Its address is no key: gateways of several regions and accounts may stand for one device.
  keys: ({ CustomerGatewayId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `customer-gateway/${id}`),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('secured_by', record.CertificateArn),
  ],
  volatile: [],
});
