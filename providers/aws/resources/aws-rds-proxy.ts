import { DescribeDBProxiesCommand, RDSClient } from '@aws-sdk/client-rds';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { proxyTargets } from '../proxy-targets.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

const PROXIES_AT_ONCE = 5;

/** Every state of RDS's `DBProxyStatus`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  available: 'active',
  creating: 'planned',
  deleting: 'under_maintenance',
  'incompatible-network': 'failed',
  'insufficient-resource-limits': 'failed',
  modifying: 'under_maintenance',
  reactivating: 'under_maintenance',
  suspended: 'inactive',
  suspending: 'under_maintenance',
};

export const resourceType = defineResourceType({
  name: 'aws_rds_proxy',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'An RDS proxy, which keeps connections to a database for those that come and go.',
  permissions: ['rds:DescribeDBProxies', 'rds:DescribeDBProxyTargets', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeDBProxiesCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
    const next_page_token = page.Marker ?? null;
    const proxies = page.DBProxies ?? [];
    if (proxies.length === 0) return { records: [], next_page_token };
    const tags = await tagsByArn(aws, 'rds:db-proxy', signal);
    const records = await pLimit(PROXIES_AT_ONCE).map(proxies, async (proxy) => {
      const targets = await proxyTargets(aws, proxy.DBProxyName ?? '', signal);
      return {
        ...proxy,
        Targets: targets.value,
        Tags: tags.value?.get(proxy.DBProxyArn ?? ''),
        DeniedReads: deniedReads([targets, tags]),
      };
    });
    return { records, next_page_token };
  },

  record: z.object({
    DBProxyArn: z.string(),
    DBProxyName: z.string(),
    Status: text,
    EngineFamily: text,
    Endpoint: text,
    VpcId: text,
    VpcSubnetIds: listOf(z.string()),
    VpcSecurityGroupIds: listOf(z.string()),
    RoleArn: text,
    RequireTLS: flag,
    IdleClientTimeout: count,
    DebugLogging: flag,
    CreatedDate: instant,
    Targets: listOf(z.object({ RdsResourceId: text, TrackedClusterId: text, Type: text })),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'DBProxyArn'),

  toItem: (record, scope) => ({
    ci_type: 'service',
    name: record.DBProxyName,
    display_name: record.DBProxyName,
    status: STATUSES[record.Status ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.DBProxyArn,
    hostname: record.Endpoint,
    fqdn: record.Endpoint,
    ...described(record.Tags, [record.DBProxyName]),
    attributes: {
      engine_family: record.EngineFamily?.toLowerCase() ?? null,
      vpc_id: record.VpcId,
      subnet_ids: [...record.VpcSubnetIds].sort(),
      require_tls: record.RequireTLS,
      idle_client_timeout_seconds: record.IdleClientTimeout,
      debug_logging: record.DebugLogging,
      targets: record.Targets.flatMap(({ RdsResourceId }) => RdsResourceId ?? []).sort(),
      create_time: record.CreatedDate,
      state: record.Status,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ DBProxyArn, Endpoint }) => [DBProxyArn, ...(Endpoint ? [dnsKey(Endpoint)] : [])],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    // By it, the proxy reads the passwords with which it logs in.
    has_role: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    passes_to_instance: { type: 'depends_on', target: 'aws_rds_instance', spread: 'forward' },
    passes_to_cluster: { type: 'depends_on', target: 'aws_rds_cluster', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_vpc', record.VpcId, idKey),
    ...record.VpcSubnetIds.flatMap((id) =>
      refer('in_subnet', id, idKey, {
        redundancy_group: `${record.DBProxyArn} subnets`,
        min_up: 1,
      }),
    ),
    ...record.VpcSecurityGroupIds.flatMap((id) => refer('guarded_by', id, idKey)),
    ...refer('has_role', record.RoleArn),
    ...record.Targets.filter(isCluster).flatMap(({ RdsResourceId }) =>
      refer('passes_to_cluster', RdsResourceId, (id) => regionalArn(scope, 'rds', `cluster:${id}`)),
    ),
    // The members of a cluster are listed beside it; that they are redundant, the cluster says.
    ...record.Targets.filter((target) => !isCluster(target) && !target.TrackedClusterId).flatMap(
      ({ RdsResourceId }) =>
        refer('passes_to_instance', RdsResourceId, (id) => regionalArn(scope, 'rds', `db:${id}`)),
    ),
  ],
  volatile: [],
});

function isCluster({ Type }: { Type: string | null }): boolean {
  return Type === 'TRACKED_CLUSTER';
}
