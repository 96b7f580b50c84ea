import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { dnsKey, idKey, kmsKeyKey } from '../keys.ts';
import {
  allocatedStorage,
  connectionString,
  databaseFamily,
  RDS_CLUSTER_STATUSES,
} from '../rds-states.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { rdsSubnetGroupVpcs } from '../subnet-group-vpcs.ts';
import { described, tagList } from '../tags.ts';

/** Capacity units of serverless clusters come in halves. */
const capacity = z.number().nonnegative().nullish();

export const resourceType = defineResourceType({
  name: 'aws_rds_cluster',
  provider: 'aws',
  ci_types: ['aws_rds'],
  summary:
    'A DB cluster: Aurora, Multi-AZ, also DocumentDB and Neptune; with its endpoints and members.',
  permissions: ['rds:DescribeDBClusters', 'rds:DescribeDBSubnetGroups'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeDBClustersCommand({
      MaxRecords: 100,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
    const clusters = page.DBClusters ?? [];
    // Most accounts have no cluster: the look-up is for those that do.
    if (clusters.length === 0) return { records: [], next_page_token: page.Marker ?? null };
    const vpcs = await rdsSubnetGroupVpcs(aws, signal);
    const records = clusters.map((cluster) => ({
      ...cluster,
      VpcId: vpcs.value?.get(cluster.DBSubnetGroup ?? ''),
      DeniedReads: deniedReads([vpcs]),
    }));
    return { records, next_page_token: page.Marker ?? null };
  },

  record: z.object({
    DBClusterArn: z.string(),
    DBClusterIdentifier: z.string(),
    DbClusterResourceId: text,
    Status: text,
    Engine: z.string(),
    EngineVersion: text,
    EngineMode: text,
    EngineLifecycleSupport: text,
    DatabaseName: text,
    DBClusterInstanceClass: text,
    Endpoint: text,
    ReaderEndpoint: text,
    CustomEndpoints: listOf(z.string()),
    Port: count,
    MultiAZ: flag,
    AvailabilityZones: listOf(z.string()),
    AllocatedStorage: count,
    StorageType: text,
    StorageThroughput: count,
    Iops: count,
    StorageEncrypted: flag,
    KmsKeyId: text,
    BackupRetentionPeriod: count,
    PreferredBackupWindow: text,
    PreferredMaintenanceWindow: text,
    BacktrackWindow: count,
    DeletionProtection: flag,
    PubliclyAccessible: flag,
    AutoMinorVersionUpgrade: flag,
    IAMDatabaseAuthenticationEnabled: flag,
    HttpEndpointEnabled: flag,
    NetworkType: text,
    GlobalClusterIdentifier: text,
    ReplicationSourceIdentifier: text,
    ReadReplicaIdentifiers: listOf(z.string()),
    ServerlessV2ScalingConfiguration: z
      .object({ MinCapacity: capacity, MaxCapacity: capacity })
      .nullish(),
    DBClusterMembers: listOf(z.object({ DBInstanceIdentifier: text, IsClusterWriter: flag })),
    DBSubnetGroup: text,
    VpcId: text,
    VpcSecurityGroups: listOf(z.object({ VpcSecurityGroupId: text })),
    AssociatedRoles: listOf(z.object({ RoleArn: text })),
    ClusterCreateTime: instant,
    TagList: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'DBClusterArn'),

  toItem(record, scope) {
    const endpoint = { Address: record.Endpoint, Port: record.Port };
    const members = (isWriter: boolean) =>
      record.DBClusterMembers.filter((member) => (member.IsClusterWriter ?? false) === isWriter)
        .flatMap(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? [])
        .sort();
    return {
      ci_type: 'aws_rds',
      name: record.DBClusterIdentifier,
      display_name: record.DBClusterIdentifier,
      status: RDS_CLUSTER_STATUSES[record.Status ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.DBClusterArn,
      hostname: record.Endpoint,
      fqdn: record.Endpoint,
      ...described(record.TagList, [record.DBClusterIdentifier]),
      db_type: databaseFamily(record.Engine),
      db_version: record.EngineVersion,
      db_engine: record.Engine,
      port: record.Port,
      connection_string: connectionString(record.Engine, endpoint, record.DatabaseName),
      storage_gb: allocatedStorage(record.Engine, record.AllocatedStorage),
      iops: record.Iops,
      backup_enabled: (record.BackupRetentionPeriod ?? 0) > 0,
      backup_retention_days: record.BackupRetentionPeriod,
      is_replica: record.ReplicationSourceIdentifier !== null,
      master_db_id: record.ReplicationSourceIdentifier,
      attributes: {
        engine_mode: record.EngineMode,
        engine_lifecycle_support: record.EngineLifecycleSupport,
        instance_class: record.DBClusterInstanceClass,
        database_name: record.DatabaseName,
        reader_endpoint: record.ReaderEndpoint,
        custom_endpoints: [...record.CustomEndpoints].sort(),
        writers: members(true),
        readers: members(false),
        multi_az: record.MultiAZ,
        availability_zones: [...record.AvailabilityZones].sort(),
        serverless_min_capacity: record.ServerlessV2ScalingConfiguration?.MinCapacity ?? null,
        serverless_max_capacity: record.ServerlessV2ScalingConfiguration?.MaxCapacity ?? null,
        storage_type: record.StorageType,
        storage_throughput_mib_per_second: record.StorageThroughput,
        storage_encrypted: record.StorageEncrypted,
        publicly_accessible: record.PubliclyAccessible,
        deletion_protection: record.DeletionProtection,
        auto_minor_version_upgrade: record.AutoMinorVersionUpgrade,
        iam_authentication: record.IAMDatabaseAuthenticationEnabled,
        data_api: record.HttpEndpointEnabled,
        backtrack_window_seconds: record.BacktrackWindow,
        backup_window: record.PreferredBackupWindow,
        maintenance_window: record.PreferredMaintenanceWindow,
        network_type: record.NetworkType,
        global_cluster_id: record.GlobalClusterIdentifier,
        replicas: [...record.ReadReplicaIdentifiers].sort(),
        resource_id: record.DbClusterResourceId,
        vpc_id: record.VpcId,
        create_time: record.ClusterCreateTime,
        state: record.Status,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ DBClusterArn, DbClusterResourceId, Endpoint, ReaderEndpoint, CustomEndpoints }) => [
    DBClusterArn,
    ...(DbClusterResourceId ? [idKey(DbClusterResourceId)] : []),
    ...[Endpoint, ReaderEndpoint, ...CustomEndpoints].flatMap((host) =>
      host ? [dnsKey(host)] : [],
    ),
  ],

  relations: {
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet_group: { type: 'uses', target: 'aws_rds_subnet_group', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    has_member: { type: 'depends_on', target: 'aws_rds_instance', spread: 'forward' },
    replicates: { type: 'depends_on', target: 'aws_rds_cluster', spread: 'forward' },
    // For single features such as import from S3: without it, the database serves all the same.
    has_role: { type: 'uses', target: 'aws_iam_role', spread: 'none' },
  },
  references: (record, scope) => [
    ...refer('in_vpc', record.VpcId, idKey),
    ...refer('in_subnet_group', record.DBSubnetGroup, (name) =>
      regionalArn(scope, 'rds', `subgrp:${name}`),
    ),
    ...record.VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) =>
      refer('guarded_by', VpcSecurityGroupId, idKey),
    ),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
    // Any member takes over from the writer, and a reader's load.
    ...record.DBClusterMembers.flatMap(({ DBInstanceIdentifier, IsClusterWriter }) =>
      refer('has_member', DBInstanceIdentifier, (id) => regionalArn(scope, 'rds', `db:${id}`), {
        attributes: { role: IsClusterWriter ? 'writer' : 'reader' },
        redundancy_group: `${record.DBClusterArn} members`,
        min_up: 1,
      }),
    ),
    ...refer('replicates', record.ReplicationSourceIdentifier, (source) =>
      source.startsWith('arn:') ? source : regionalArn(scope, 'rds', `cluster:${source}`),
    ),
    ...record.AssociatedRoles.flatMap(({ RoleArn }) => refer('has_role', RoleArn)),
  ],
  volatile: [],
});
