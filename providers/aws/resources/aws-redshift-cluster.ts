import { DescribeClustersCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { Scope } from '../../../model/scope.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey, kmsKeyKey, privateIpKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

const MB_A_GB = 1024;

/** Every `ClusterStatus` that the API reference of Redshift's `Cluster` names. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  available: 'active',
  'available, prep-for-resize': 'active',
  'available, resize-cleanup': 'active',
  'cancelling-resize': 'under_maintenance',
  creating: 'planned',
  deleting: 'under_maintenance',
  'final-snapshot': 'under_maintenance',
  'hardware-failure': 'failed',
  'incompatible-hsm': 'failed',
  'incompatible-network': 'failed',
  'incompatible-parameters': 'failed',
  'incompatible-restore': 'failed',
  modifying: 'under_maintenance',
  paused: 'inactive',
  rebooting: 'under_maintenance',
  renaming: 'under_maintenance',
  resizing: 'under_maintenance',
  'rotating-keys': 'under_maintenance',
  'storage-full': 'failed',
  'updating-hsm': 'under_maintenance',
};

const nodes = listOf(z.object({ NodeRole: text, PrivateIPAddress: text }));

const clusterSchema = z.object({
  ClusterIdentifier: z.string(),
  ClusterNamespaceArn: text,
  ClusterStatus: text,
  ClusterAvailabilityStatus: text,
  ClusterVersion: text,
  NodeType: text,
  NumberOfNodes: count,
  DBName: text,
  // A cluster that is being created has none yet.
  Endpoint: z.object({ Address: text, Port: count }).nullish(),
  ClusterCreateTime: instant,
  AutomatedSnapshotRetentionPeriod: count,
  VpcSecurityGroups: listOf(z.object({ VpcSecurityGroupId: text })),
  ClusterSubnetGroupName: text,
  VpcId: text,
  AvailabilityZone: text,
  PubliclyAccessible: flag,
  Encrypted: flag,
  KmsKeyId: text,
  EnhancedVpcRouting: flag,
  MultiAZ: text,
  MultiAZSecondary: z.object({ AvailabilityZone: text, ClusterNodes: nodes }).nullish(),
  ClusterNodes: nodes,
  IamRoles: listOf(z.object({ IamRoleArn: text })),
  CustomDomainName: text,
  CustomDomainCertificateArn: text,
  TotalStorageCapacityInMegaBytes: count,
  Tags: tagList,
});
type ClusterRecord = z.infer<typeof clusterSchema>;

export const resourceType = defineResourceType({
  name: 'aws_redshift_cluster',
  provider: 'aws',
  ci_types: ['database'],
  summary: 'A Redshift cluster with the network, key and roles that its nodes use.',
  permissions: ['redshift:DescribeClusters'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeClustersCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RedshiftClient).send(command, { abortSignal: signal });
    return { records: page.Clusters ?? [], next_page_token: page.Marker || null };
  },

  record: clusterSchema,

  nativeId(record, scope) {
    const id = textAt(record, 'ClusterIdentifier');
    return id && clusterArn(id, scope);
  },

  toItem: (record, scope) => ({
    ci_type: 'database',
    name: record.ClusterIdentifier,
    display_name: record.Tags.Name || record.ClusterIdentifier,
    status: STATUSES[record.ClusterStatus ?? ''] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: clusterArn(record.ClusterIdentifier, scope),
    hostname: record.Endpoint?.Address ?? null,
    fqdn: record.Endpoint?.Address ?? null,
    ...described(record.Tags, [record.ClusterIdentifier]),
    db_type: 'redshift',
    db_version: record.ClusterVersion,
    db_engine: 'redshift',
    port: record.Endpoint?.Port ?? null,
    connection_string: connectionString(record),
    storage_gb:
      record.TotalStorageCapacityInMegaBytes && record.TotalStorageCapacityInMegaBytes / MB_A_GB,
    backup_enabled: (record.AutomatedSnapshotRetentionPeriod ?? 0) > 0,
    backup_retention_days: record.AutomatedSnapshotRetentionPeriod,
    attributes: {
      node_type: record.NodeType,
      node_count: record.NumberOfNodes,
      database_name: record.DBName,
      vpc_id: record.VpcId,
      subnet_group: record.ClusterSubnetGroupName,
      // `Enabled` or `Disabled`.
      multi_az: record.MultiAZ?.toLowerCase() === 'enabled',
      secondary_availability_zone: record.MultiAZSecondary?.AvailabilityZone ?? null,
      publicly_accessible: record.PubliclyAccessible,
      enhanced_vpc_routing: record.EnhancedVpcRouting,
      encrypted: record.Encrypted,
      custom_domain: record.CustomDomainName,
      create_time: record.ClusterCreateTime,
      availability: record.ClusterAvailabilityStatus,
      state: record.ClusterStatus,
    },
  }),

  keys: ({ ClusterIdentifier, ClusterNamespaceArn, Endpoint }, scope) => [
    clusterArn(ClusterIdentifier, scope),
    ...(ClusterNamespaceArn ? [ClusterNamespaceArn] : []),
    ...(Endpoint?.Address ? [dnsKey(Endpoint.Address)] : []),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    // Of each node one; they lie in the subnets that the cluster uses.
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references: (record, scope) => [
    ...(record.VpcId
      ? refer('in_vpc', record.VpcId, idKey)
      : refer('in_account', scope.account, accountKey)),
    ...record.VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) =>
      refer('guarded_by', VpcSecurityGroupId, idKey),
    ),
    ...interfaces(record),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
    ...record.IamRoles.flatMap(({ IamRoleArn }) => refer('acts_as', IamRoleArn)),
    ...refer('secured_by', record.CustomDomainCertificateArn),
  ],
  volatile: [],
});

function clusterArn(id: string, scope: Scope): string {
  return regionalArn(scope, 'redshift', `cluster:${id}`);
}

/** How to reach it, without user and password; null while it has no endpoint. */
function connectionString({ Endpoint, DBName }: ClusterRecord): string | null {
  const { Address: address, Port: port } = Endpoint ?? {};
  if (!address || !port) return null;
  return `redshift://${address}:${port}${DBName ? `/${encodeURIComponent(DBName)}` : ''}`;
}

/** The interfaces of the nodes; with two zones those of one are enough. */
function interfaces({ VpcId, ClusterNodes, MultiAZSecondary, ClusterIdentifier }: ClusterRecord) {
  const other = MultiAZSecondary?.ClusterNodes ?? [];
  const group =
    other.length > 0 ? { redundancy_group: `${ClusterIdentifier} interfaces`, min_up: 1 } : {};
  return [...ClusterNodes, ...other].flatMap(({ PrivateIPAddress, NodeRole }) =>
    VpcId === null
      ? []
      : refer('has_interface', PrivateIPAddress, (address) => privateIpKey(VpcId, address), {
          ...group,
          attributes: { node_role: NodeRole },
        }),
  );
}
