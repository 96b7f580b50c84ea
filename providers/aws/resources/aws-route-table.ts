import { DescribeRouteTablesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, listOf, text, textAt } from '../fields.ts';
import { idKey } from '../keys.ts';
import { ROUTE_TABLES_A_PAGE, subnetsOfMainTables } from '../main-route-tables.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import {
  destinationOf,
  routes,
  routesByTarget,
  shownRoutes,
  targetKey,
  vpcAttachmentKey,
} from '../route-targets.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_route_table',
  provider: 'aws',
  ci_types: ['route_table'],
  summary: 'A route table of a VPC: what it leads over, and the subnets that go by it.',
  permissions: ['ec2:DescribeRouteTables', 'ec2:DescribeSubnets'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeRouteTablesCommand({
      MaxResults: ROUTE_TABLES_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    const { value: implicit, denied } = await subnetsOfMainTables(aws, signal);
    const records = ownedBy(aws.account, page.RouteTables).map((table) => {
      const isMain = (table.Associations ?? []).some(({ Main }) => Main === true);
      return {
        ...table,
        ImplicitSubnetIds: isMain ? (implicit?.get(table.VpcId ?? '') ?? []) : [],
        DeniedReads: isMain && denied !== null ? [denied] : [],
      };
    });
    return { records, next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    RouteTableId: z.string(),
    VpcId: text,
    Associations: listOf(z.object({ Main: flag, SubnetId: text, GatewayId: text })),
    PropagatingVgws: listOf(z.object({ GatewayId: text })),
    Routes: routes,
    /** Subnets that no table names, if this is the main one of their VPC. */
    ImplicitSubnetIds: z.array(z.string()),
    DeniedReads: z.array(z.string()),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'RouteTableId');
    return id && regionalArn(scope, 'ec2', `route-table/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'route_table',
    name: record.RouteTableId,
    display_name: record.Tags.Name || record.RouteTableId,
    region: scope.region,
    external_id: record.RouteTableId,
    ...described(record.Tags),
    attributes: {
      vpc_id: record.VpcId,
      is_main: record.Associations.some(({ Main }) => Main === true),
      routes: shownRoutes(record.Routes),
      has_blackhole: record.Routes.some(({ State }) => State === 'blackhole'),
      subnet_ids: record.Associations.flatMap(({ SubnetId }) => SubnetId ?? []).sort(),
      implicit_subnet_ids: [...record.ImplicitSubnetIds].sort(),
      gateway_ids: record.Associations.flatMap(({ GatewayId }) => GatewayId ?? []).sort(),
      propagating_gateway_ids: record.PropagatingVgws.flatMap(
        ({ GatewayId }) => GatewayId ?? [],
      ).sort(),
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ RouteTableId: id }, scope) => [
    idKey(id),
    regionalArn(scope, 'ec2', `route-table/${id}`),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    // A gateway that fails leaves the subnets behind the table without a way.
    leads_over: {
      type: 'depends_on',
      target: 'gateway, peering, endpoint, interface or instance',
      spread: 'forward',
    },
    leads_through: {
      type: 'depends_on',
      target: 'aws_transit_gateway_attachment',
      spread: 'forward',
    },
    // Subnets and gateways are the sources: they do not name their table themselves.
    routes_subnet: { type: 'uses', target: 'aws_route_table', spread: 'forward' },
    // For what comes in; if an appliance on this way fails, the gateway itself still stands.
    routes_gateway: { type: 'uses', target: 'aws_route_table', spread: 'none' },
  },

  references(record, scope) {
    const { RouteTableId: id, VpcId: vpcId, Associations } = record;
    const subnets = [
      ...Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
      ...record.ImplicitSubnetIds,
    ];
    return [
      ...refer('in_vpc', vpcId, idKey),
      ...[...routesByTarget(record.Routes)].flatMap(([target, over]) => {
        const attributes = {
          destinations: over.flatMap((one) => destinationOf(one) ?? []).sort(),
          is_blackhole: over.every(({ State }) => State === 'blackhole'),
        };
        return [
          ...refer('leads_over', targetKey(target, scope), undefined, { attributes }),
          ...(vpcId && target.startsWith('tgw-')
            ? refer('leads_through', vpcAttachmentKey(target, vpcId, scope), undefined, {
                attributes,
              })
            : []),
        ];
      }),
      ...subnets.flatMap((subnetId) =>
        refer('routes_subnet', id, idKey, { source_key: idKey(subnetId) }),
      ),
      ...Associations.flatMap(({ GatewayId }) =>
        GatewayId ? refer('routes_gateway', id, idKey, { source_key: idKey(GatewayId) }) : [],
      ),
    ];
  },
  volatile: [],
});
