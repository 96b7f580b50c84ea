import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey, kmsKeyKey } from '../keys.ts';
import { allocatedStorage, connectionString, databaseFamily, RDS_STATUSES } from '../rds-states.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_rds_instance',
  provider: 'aws',
  ci_types: ['aws_rds'],
  summary: 'A DB instance of RDS or Aurora, also of DocumentDB and Neptune, which RDS lists too.',
  permissions: ['rds:DescribeDBInstances'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeDBInstancesCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
    return { records: page.DBInstances ?? [], next_page_token: page.Marker ?? null };
  },

  record: z.object({
    DBInstanceArn: z.string(),
    DBInstanceIdentifier: z.string(),
    DbiResourceId: text,
    DBInstanceStatus: text,
    DBInstanceClass: text,
    DBName: text,
    Engine: z.string(),
    EngineVersion: text,
    AvailabilityZone: text,
    SecondaryAvailabilityZone: text,
    // A database that is being created has none yet.
    Endpoint: z.object({ Address: text, Port: count }).nullish(),
    // SQL Server's availability group has one of its own.
    ListenerEndpoint: z.object({ Address: text }).nullish(),
    AllocatedStorage: count,
    MaxAllocatedStorage: count,
    StorageThroughput: count,
    StorageType: text,
    StorageEncrypted: flag,
    KmsKeyId: text,
    Iops: count,
    MultiAZ: flag,
    PubliclyAccessible: flag,
    DeletionProtection: flag,
    BackupRetentionPeriod: count,
    PreferredBackupWindow: text,
    PreferredMaintenanceWindow: text,
    AutoMinorVersionUpgrade: flag,
    IAMDatabaseAuthenticationEnabled: flag,
    PerformanceInsightsEnabled: flag,
    CACertificateIdentifier: text,
    EngineLifecycleSupport: text,
    NetworkType: text,
    ReplicaMode: text,
    ReadReplicaSourceDBInstanceIdentifier: text,
    ReadReplicaSourceDBClusterIdentifier: text,
    ReadReplicaDBInstanceIdentifiers: listOf(z.string()),
    DBClusterIdentifier: text,
    DBSubnetGroup: z.object({ DBSubnetGroupName: text, VpcId: text }).nullish(),
    VpcSecurityGroups: listOf(z.object({ VpcSecurityGroupId: text })),
    AssociatedRoles: listOf(z.object({ RoleArn: text })),
    InstanceCreateTime: instant,
    TagList: tagList,
  }),

  nativeId: (record) => textAt(record, 'DBInstanceArn'),

  toItem: (record, scope) => ({
    ci_type: 'aws_rds',
    name: record.DBInstanceIdentifier,
    display_name: record.DBInstanceIdentifier,
    status: RDS_STATUSES[record.DBInstanceStatus ?? ''] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: record.DBInstanceArn,
    hostname: record.Endpoint?.Address ?? null,
    fqdn: record.Endpoint?.Address ?? null,
    ...described(record.TagList, [record.DBInstanceIdentifier, record.DBClusterIdentifier]),
    db_type: databaseFamily(record.Engine),
    db_version: record.EngineVersion,
    db_engine: record.Engine,
    port: record.Endpoint?.Port ?? null,
    connection_string: connectionString(record.Engine, record.Endpoint, record.DBName),
    storage_gb: allocatedStorage(record.Engine, record.AllocatedStorage),
    iops: record.Iops,
    backup_enabled: (record.BackupRetentionPeriod ?? 0) > 0,
    backup_retention_days: record.BackupRetentionPeriod,
    is_replica: replicaSource(record) !== null,
    master_db_id: replicaSource(record),
    attributes: {
      instance_class: record.DBInstanceClass,
      multi_az: record.MultiAZ,
      storage_type: record.StorageType,
      iops: record.Iops,
      storage_throughput_mib_per_second: record.StorageThroughput,
      max_storage_gb: record.MaxAllocatedStorage,
      database_name: record.DBName,
      secondary_availability_zone: record.SecondaryAvailabilityZone,
      storage_encrypted: record.StorageEncrypted,
      publicly_accessible: record.PubliclyAccessible,
      deletion_protection: record.DeletionProtection,
      auto_minor_version_upgrade: record.AutoMinorVersionUpgrade,
      iam_authentication: record.IAMDatabaseAuthenticationEnabled,
      performance_insights: record.PerformanceInsightsEnabled,
      backup_window: record.PreferredBackupWindow,
      maintenance_window: record.PreferredMaintenanceWindow,
      ca_certificate: record.CACertificateIdentifier,
      engine_lifecycle_support: record.EngineLifecycleSupport,
      network_type: record.NetworkType,
      replica_mode: record.ReplicaMode,
      replicas: [...record.ReadReplicaDBInstanceIdentifiers].sort(),
      listener_endpoint: record.ListenerEndpoint?.Address ?? null,
      resource_id: record.DbiResourceId,
      cluster_id: record.DBClusterIdentifier,
      vpc_id: record.DBSubnetGroup?.VpcId ?? null,
      create_time: record.InstanceCreateTime,
      state: record.DBInstanceStatus,
    },
  }),

  // Its name may be given again after it is deleted; its resource id, which backups name, never is.
  keys: ({ DBInstanceArn, DbiResourceId, Endpoint, ListenerEndpoint }) => [
    DBInstanceArn,
    ...(DbiResourceId ? [idKey(DbiResourceId)] : []),
    ...(Endpoint?.Address ? [dnsKey(Endpoint.Address)] : []),
    ...(ListenerEndpoint?.Address ? [dnsKey(ListenerEndpoint.Address)] : []),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet_group: { type: 'uses', target: 'aws_rds_subnet_group', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    replicates: { type: 'depends_on', target: 'aws_rds_instance', spread: 'forward' },
    replicates_cluster: { type: 'depends_on', target: 'aws_rds_cluster', spread: 'forward' },
    // For single features such as import from S3: without it, the database serves all the same.
    has_role: { type: 'uses', target: 'aws_iam_role', spread: 'none' },
    in_cluster: { type: 'part_of', target: 'aws_rds_cluster', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_vpc', record.DBSubnetGroup?.VpcId, idKey),
    ...refer('in_subnet_group', record.DBSubnetGroup?.DBSubnetGroupName, (name) =>
      regionalArn(scope, 'rds', `subgrp:${name}`),
    ),
    ...record.VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) =>
      refer('guarded_by', VpcSecurityGroupId, idKey),
    ),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
    // Named by its id in the same region, by its ARN across regions.
    ...refer('replicates', record.ReadReplicaSourceDBInstanceIdentifier, (source) =>
      source.startsWith('arn:') ? source : regionalArn(scope, 'rds', `db:${source}`),
    ),
    ...refer('replicates_cluster', record.ReadReplicaSourceDBClusterIdentifier, (source) =>
      source.startsWith('arn:') ? source : regionalArn(scope, 'rds', `cluster:${source}`),
    ),
    ...record.AssociatedRoles.flatMap(({ RoleArn }) => refer('has_role', RoleArn)),
    ...refer('in_cluster', record.DBClusterIdentifier, (id) =>
      regionalArn(scope, 'rds', `cluster:${id}`),
    ),
  ],
  volatile: [],
});

function replicaSource(record: {
  ReadReplicaSourceDBInstanceIdentifier: string | null;
  ReadReplicaSourceDBClusterIdentifier: string | null;
}): string | null {
  return (
    record.ReadReplicaSourceDBInstanceIdentifier ?? record.ReadReplicaSourceDBClusterIdentifier
  );
}
