import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { EKS_CALLS_AT_ONCE, EKS_GONE, EKS_PAGE_SIZE } from '../eks-clusters.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagMap } from '../tags.ts';

/** Every state of EKS's `ClusterStatus`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  PENDING: 'planned',
  CREATING: 'planned',
  ACTIVE: 'active',
  UPDATING: 'under_maintenance',
  DELETING: 'under_maintenance',
  FAILED: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_eks_cluster',
  provider: 'aws',
  ci_types: ['kubernetes_cluster'],
  summary: 'An EKS cluster as AWS shows it; what runs in it is discovered from the cluster itself.',
  permissions: ['eks:ListClusters', 'eks:DescribeCluster'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListClustersCommand({
      maxResults: EKS_PAGE_SIZE,
      nextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EKSClient).send(command, { abortSignal: signal });
    const limit = pLimit(EKS_CALLS_AT_ONCE);
    const records = await limit.map(page.clusters ?? [], (name) => describe(aws, name, signal));
    return { records: records.flat(), next_page_token: page.nextToken ?? null };
  },

  record: z.object({
    name: z.string(),
    status: text,
    version: text,
    platformVersion: text,
    endpoint: text,
    roleArn: text,
    createdAt: instant,
    resourcesVpcConfig: z
      .object({
        vpcId: text,
        subnetIds: listOf(z.string()),
        securityGroupIds: listOf(z.string()),
        clusterSecurityGroupId: text,
        endpointPublicAccess: flag,
        endpointPrivateAccess: flag,
        publicAccessCidrs: listOf(z.string()),
      })
      .nullish(),
    kubernetesNetworkConfig: z
      .object({ serviceIpv4Cidr: text, serviceIpv6Cidr: text, ipFamily: text })
      .nullish(),
    logging: z
      .object({
        clusterLogging: listOf(z.object({ types: listOf(z.string()), enabled: flag })),
      })
      .nullish(),
    identity: z.object({ oidc: z.object({ issuer: text }).nullish() }).nullish(),
    encryptionConfig: listOf(z.object({ provider: z.object({ keyArn: text }).nullish() })),
    accessConfig: z.object({ authenticationMode: text }).nullish(),
    upgradePolicy: z.object({ supportType: text }).nullish(),
    computeConfig: z.object({ enabled: flag }).nullish(),
    deletionProtection: flag,
    health: z.object({ issues: listOf(z.object({ code: text })) }).nullish(),
    tags: tagMap,
    DeniedReads: z.array(z.string()),
  }),

  nativeId(record, scope) {
    const name = textAt(record, 'name');
    return name && regionalArn(scope, 'eks', `cluster/${name}`);
  },

  toItem(record, scope) {
    const { resourcesVpcConfig: network, kubernetesNetworkConfig: services } = record;
    const logged = (record.logging?.clusterLogging ?? [])
      .filter(({ enabled }) => enabled)
      .flatMap(({ types }) => types);
    return {
      ci_type: 'kubernetes_cluster',
      name: record.name,
      display_name: record.tags.Name || record.name,
      status: STATUSES[record.status ?? ''] ?? 'active',
      region: scope.region,
      external_id: regionalArn(scope, 'eks', `cluster/${record.name}`),
      hostname: hostOf(record.endpoint),
      fqdn: hostOf(record.endpoint),
      ...described(record.tags, [record.name]),
      k8s_version: record.version,
      cluster_endpoint: record.endpoint,
      service_cidr: services?.serviceIpv4Cidr ?? services?.serviceIpv6Cidr ?? null,
      // Auto Mode: EKS adds and removes nodes itself. Other autoscalers show in the cluster only.
      autoscaling_enabled: record.computeConfig?.enabled ?? false,
      logging_enabled: logged.length > 0,
      attributes: {
        platform_version: record.platformVersion,
        vpc_id: network?.vpcId ?? null,
        subnet_ids: network?.subnetIds.toSorted() ?? [],
        endpoint_public: network?.endpointPublicAccess ?? null,
        endpoint_private: network?.endpointPrivateAccess ?? null,
        endpoint_public_cidrs: network?.publicAccessCidrs.toSorted() ?? [],
        ip_family: services?.ipFamily ?? null,
        control_plane_logs: logged.sort(),
        oidc_issuer: record.identity?.oidc?.issuer ?? null,
        authentication_mode: record.accessConfig?.authenticationMode ?? null,
        support_type: record.upgradePolicy?.supportType ?? null,
        deletion_protection: record.deletionProtection,
        health_issues: (record.health?.issues ?? []).flatMap(({ code }) => code ?? []).sort(),
        create_time: record.createdAt,
        state: record.status,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys({ name, endpoint }, scope) {
    const host = hostOf(endpoint);
    return [regionalArn(scope, 'eks', `cluster/${name}`), ...(host ? [dnsKey(host)] : [])];
  },

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },

  references({ name, resourcesVpcConfig: network, roleArn, encryptionConfig }, scope) {
    const groups = [network?.clusterSecurityGroupId, ...(network?.securityGroupIds ?? [])];
    return [
      ...refer('in_vpc', network?.vpcId, idKey),
      ...(network?.subnetIds ?? []).flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, {
          redundancy_group: `${regionalArn(scope, 'eks', `cluster/${name}`)} subnets`,
          min_up: 1,
        }),
      ),
      ...[...new Set(groups)].flatMap((groupId) => refer('guarded_by', groupId, idKey)),
      ...refer('acts_as', roleArn),
      ...encryptionConfig.flatMap(({ provider }) => refer('encrypted_with', provider?.keyArn)),
    ];
  },
  volatile: [],
});

/** The cluster as a record, or nothing where it was deleted since it was listed. */
async function describe(aws: AwsClient, name: string, signal: AbortSignal) {
  const detail = await readDetail(
    'eks:DescribeCluster',
    () =>
      aws.service(EKSClient).send(new DescribeClusterCommand({ name }), { abortSignal: signal }),
    [EKS_GONE],
  );
  if (detail.value === null && detail.denied === null) return [];
  return [{ ...detail.value?.cluster, name, DeniedReads: deniedReads([detail]) }];
}

/** A cluster that is being created has no endpoint yet. */
function hostOf(endpoint: string | null): string | null {
  return endpoint === null ? null : (URL.parse(endpoint)?.hostname ?? null);
}
