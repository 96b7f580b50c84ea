import { DescribeCacheSubnetGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { DescribeDBSubnetGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The VPC of each subnet group, by the group's name. */
export type SubnetGroupVpcs = Detail<ReadonlyMap<string, string>>;

/** RDS's largest page; ElastiCache's, too. */
const GROUPS_A_PAGE = 100;

/** DB clusters and caches name their subnet group and not its VPC; this looks it up, once a slice. */
export function rdsSubnetGroupVpcs(aws: AwsClient, signal: AbortSignal): Promise<SubnetGroupVpcs> {
  return aws.memo('vpcs of rds subnet groups', () =>
    readDetail('rds:DescribeDBSubnetGroups', () =>
      gather(async (Marker) => {
        const command = new DescribeDBSubnetGroupsCommand({ MaxRecords: GROUPS_A_PAGE, Marker });
        const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
        const groups = page.DBSubnetGroups ?? [];
        return {
          vpcs: groups.map(({ DBSubnetGroupName, VpcId }) => [DBSubnetGroupName, VpcId]),
          next: page.Marker,
        };
      }),
    ),
  );
}

/** As `rdsSubnetGroupVpcs`, of ElastiCache's groups. */
export function cacheSubnetGroupVpcs(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<SubnetGroupVpcs> {
  return aws.memo('vpcs of cache subnet groups', () =>
    readDetail('elasticache:DescribeCacheSubnetGroups', () =>
      gather(async (Marker) => {
        const command = new DescribeCacheSubnetGroupsCommand({ MaxRecords: GROUPS_A_PAGE, Marker });
        const page = await aws.service(ElastiCacheClient).send(command, { abortSignal: signal });
        const groups = page.CacheSubnetGroups ?? [];
        return {
          vpcs: groups.map(({ CacheSubnetGroupName, VpcId }) => [CacheSubnetGroupName, VpcId]),
          next: page.Marker,
        };
      }),
    ),
  );
}

interface GroupPage {
  vpcs: ReadonlyArray<ReadonlyArray<string | undefined>>;
  next: string | undefined;
}

async function gather(
  load: (marker: string | undefined) => Promise<GroupPage>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let marker: string | undefined;
  do {
    const { vpcs, next } = await load(marker);
    for (const [name, vpcId] of vpcs) if (name && vpcId) found.set(name, vpcId);
    marker = next || undefined;
  } while (marker);
  return found;
}
