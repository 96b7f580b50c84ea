import { DescribeVpnConnectionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, listOf, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `VpnState` but `available`, which leaves it to the tunnels. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  deleting: 'under_maintenance',
  deleted: 'retired',
};

const tunnel = z.object({
  OutsideIpAddress: text,
  Status: text,
  AcceptedRouteCount: count,
});
type Tunnel = z.infer<typeof tunnel>;

/** Its configuration and its tunnels' options hold pre-shared keys: neither is read. */
export const resourceType = defineResourceType({
  name: 'aws_vpn_connection',
  provider: 'aws',
  ci_types: ['network_gateway'],
  summary: 'A site-to-site VPN with the state of its tunnels.',
  permissions: ['ec2:DescribeVpnConnections'],
  level: 'region',

  async listPage(aws: AwsClient, _pageToken, signal) {
    // The API has no pages for them.
    const { VpnConnections } = await aws
      .service(EC2Client)
      .send(new DescribeVpnConnectionsCommand({}), { abortSignal: signal });
    return { records: VpnConnections ?? [], next_page_token: null };
  },

  record: z.object({
    VpnConnectionId: z.string(),
    State: text,
    Type: text,
    Category: text,
    CustomerGatewayId: text,
    VpnGatewayId: text,
    TransitGatewayId: text,
    CoreNetworkArn: text,
    Options: z
      .object({
        StaticRoutesOnly: flag,
        EnableAcceleration: flag,
        LocalIpv4NetworkCidr: text,
        RemoteIpv4NetworkCidr: text,
      })
      .nullish(),
    Routes: listOf(z.object({ DestinationCidrBlock: text })),
    VgwTelemetry: listOf(tunnel),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'VpnConnectionId');
    return id && regionalArn(scope, 'ec2', `vpn-connection/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'network_gateway',
    name: record.VpnConnectionId,
    display_name: record.Tags.Name || record.VpnConnectionId,
    status: STATUSES[record.State ?? ''] ?? tunnelStatus(record.VgwTelemetry),
    region: scope.region,
    external_id: record.VpnConnectionId,
    ...described(record.Tags),
    attributes: {
      gateway_type: 'vpn-connection',
      vpn_type: record.Type,
      category: record.Category,
      static_routes_only: record.Options?.StaticRoutesOnly ?? null,
      acceleration: record.Options?.EnableAcceleration ?? null,
      local_cidr_block: record.Options?.LocalIpv4NetworkCidr ?? null,
      remote_cidr_block: record.Options?.RemoteIpv4NetworkCidr ?? null,
      static_routes: record.Routes.flatMap(
        ({ DestinationCidrBlock }) => DestinationCidrBlock ?? [],
      ).sort(),
      tunnels: shownTunnels(record.VgwTelemetry),
      accepted_routes: record.VgwTelemetry.reduce(
        (sum, { AcceptedRouteCount }) => sum + (AcceptedRouteCount ?? 0),
        0,
      ),
      state: record.State,
    },
  }),

  keys: ({ VpnConnectionId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `vpn-connection/${id}`),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    leads_to: { type: 'depends_on', target: 'aws_customer_gateway', spread: 'forward' },
    ends_at: {
      type: 'depends_on',
      target: 'aws_vpn_gateway or aws_transit_gateway',
      spread: 'forward',
    },
    // The gateway is the source: it does not name the connections that carry its traffic.
    carries: { type: 'depends_on', target: 'aws_vpn_connection', spread: 'forward' },
  },
  references(record, scope) {
    const { VpnConnectionId: id, VpnGatewayId: gateway } = record;
    return [
      ...refer('in_account', scope.account, accountKey),
      ...refer('leads_to', record.CustomerGatewayId, idKey),
      ...refer('ends_at', gateway, idKey),
      ...refer('ends_at', record.TransitGatewayId, idKey),
      ...refer('ends_at', record.CoreNetworkArn),
      // A transit gateway carries much else; its attachment refers to the connection.
      ...(gateway
        ? refer('carries', id, idKey, {
            source_key: idKey(gateway),
            redundancy_group: regionalArn(scope, 'ec2', `vpn-gateway/${gateway}`),
            min_up: 1,
          })
        : []),
    ];
  },
  // What the far end announces.
  volatile: ['attributes.accepted_routes'],
});

/** One tunnel is enough; AWS takes down one of them now and then for maintenance. */
function tunnelStatus(tunnels: readonly Tunnel[]): CiStatus {
  const isDown = tunnels.length > 0 && tunnels.every(({ Status }) => Status === 'DOWN');
  return isDown ? 'failed' : 'active';
}

function shownTunnels(tunnels: readonly Tunnel[]) {
  return tunnels
    .map(({ OutsideIpAddress, Status }) => ({
      outside_ip_address: OutsideIpAddress,
      status: Status?.toLowerCase() ?? null,
    }))
    .sort((a, b) => ((a.outside_ip_address ?? '') < (b.outside_ip_address ?? '') ? -1 : 1));
}
