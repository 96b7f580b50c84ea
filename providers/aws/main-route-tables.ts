import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most route tables that EC2 lists a page. */
export const ROUTE_TABLES_A_PAGE = 100;
const SUBNETS_A_PAGE = 500;

/**
 * The subnets that no route table names: they go by the main table of their VPC, and EC2 says so
 * nowhere. By VPC; one whole listing of subnets and tables a slice, not one a page.
 */
export function subnetsOfMainTables(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, readonly string[]>>> {
  return aws.memo('subnets of main route tables', () =>
    readDetail('ec2:DescribeSubnets', async () => {
      const associated = await associatedSubnets(aws, signal);
      const subnets = new Map<string, string[]>();
      let token: string | undefined;
      do {
        const page = await aws
          .service(EC2Client)
          .send(new DescribeSubnetsCommand({ MaxResults: SUBNETS_A_PAGE, NextToken: token }), {
            abortSignal: signal,
          });
        for (const { SubnetId, VpcId } of page.Subnets ?? []) {
          if (!SubnetId || !VpcId || associated.has(SubnetId)) continue;
          subnets.set(VpcId, [...(subnets.get(VpcId) ?? []), SubnetId]);
        }
        token = page.NextToken;
      } while (token);
      return subnets;
    }),
  );
}

/** Every subnet that a route table names. */
async function associatedSubnets(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const subnets = new Set<string>();
  let token: string | undefined;
  do {
    const page = await aws
      .service(EC2Client)
      .send(new DescribeRouteTablesCommand({ MaxResults: ROUTE_TABLES_A_PAGE, NextToken: token }), {
        abortSignal: signal,
      });
    for (const subnet of (page.RouteTables ?? []).flatMap(subnetsNamed)) subnets.add(subnet);
    token = page.NextToken;
  } while (token);
  return subnets;
}

function subnetsNamed({ Associations }: RouteTable): string[] {
  return (Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
}
