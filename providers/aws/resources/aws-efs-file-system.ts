import {
  DescribeFileSystemsCommand,
  EFSClient,
  type FileSystemDescription,
} from '@aws-sdk/client-efs';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { accessPointsByFileSystem, mountTargetGroups, mountTargetsOf } from '../efs-details.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey, kmsKeyKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EFS's `LifeCycleState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  creating: 'planned',
  available: 'active',
  updating: 'under_maintenance',
  deleting: 'under_maintenance',
  deleted: 'retired',
  error: 'failed',
};

/** Some four calls follow for each: a page is some seconds of work, the unit that is resumed. */
const FILE_SYSTEMS_A_PAGE = 50;
const FILE_SYSTEMS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_efs_file_system',
  provider: 'aws',
  // The contract has no class of file storage.
  ci_types: ['block_storage'],
  summary: 'An EFS file system with the mount targets by which subnets reach it.',
  permissions: [
    'elasticfilesystem:DescribeFileSystems',
    'elasticfilesystem:DescribeMountTargets',
    'elasticfilesystem:DescribeMountTargetSecurityGroups',
    'elasticfilesystem:DescribeAccessPoints',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeFileSystemsCommand({
      MaxItems: FILE_SYSTEMS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(EFSClient).send(command, { abortSignal: signal });
    const limit = pLimit(FILE_SYSTEMS_AT_ONCE);
    const records = await limit.map(page.FileSystems ?? [], (fileSystem) =>
      withDetails(aws, fileSystem, signal),
    );
    return { records, next_page_token: page.NextMarker || null };
  },

  record: z.object({
    FileSystemId: z.string(),
    FileSystemArn: z.string(),
    Name: text,
    CreationTime: instant,
    LifeCycleState: text,
    SizeInBytes: z.object({ Value: count }).nullish(),
    PerformanceMode: text,
    ThroughputMode: text,
    ProvisionedThroughputInMibps: z
      .number()
      .nullish()
      .transform((value) => value ?? null),
    // Of a file system in one zone only.
    AvailabilityZoneName: text,
    Encrypted: flag,
    KmsKeyId: text,
    MountTargets: listOf(
      z.object({
        SubnetId: text,
        VpcId: text,
        NetworkInterfaceId: text,
        AvailabilityZoneName: text,
      }),
    ),
    SecurityGroupIds: z.array(z.string()),
    AccessPointArns: listOf(z.string()),
    DnsSuffix: z.string(),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'FileSystemArn'),

  toItem: (record, scope) => ({
    ci_type: 'block_storage',
    name: record.FileSystemId,
    display_name: record.Tags.Name || record.Name || record.FileSystemId,
    status: STATUSES[record.LifeCycleState ?? ''] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZoneName,
    external_id: record.FileSystemId,
    fqdn: `${record.FileSystemId}.efs.${scope.region}.${record.DnsSuffix}`,
    ...described(record.Tags, [record.Name]),
    attributes: {
      size_bytes: record.SizeInBytes?.Value ?? null,
      performance_mode: record.PerformanceMode,
      throughput_mode: record.ThroughputMode,
      provisioned_throughput_mib_per_second: record.ProvisionedThroughputInMibps,
      encrypted: record.Encrypted,
      mount_target_zones: record.MountTargets.flatMap(
        ({ AvailabilityZoneName }) => AvailabilityZoneName ?? [],
      ).sort(),
      access_point_arns: [...record.AccessPointArns].sort(),
      create_time: record.CreationTime,
      state: record.LifeCycleState,
      denied_reads: record.DeniedReads,
    },
  }),

  // An access point is a way into it: what mounts one depends on the file system.
  keys: ({ FileSystemId, FileSystemArn, AccessPointArns, DnsSuffix }, scope) => [
    FileSystemArn,
    idKey(FileSystemId),
    dnsKey(`${FileSystemId}.efs.${scope.region}.${DnsSuffix}`),
    ...AccessPointArns,
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_vpc: { type: 'part_of', target: 'aws_vpc', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references(record, scope) {
    const vpcIds = new Set(record.MountTargets.flatMap(({ VpcId }) => VpcId ?? []));
    // Zones stand in for each other, and so do the interfaces in them.
    const together = (kind: string) => ({
      redundancy_group: `${record.FileSystemArn} ${kind}`,
      min_up: 1,
    });
    return [
      ...(vpcIds.size === 0 ? refer('in_account', scope.account, accountKey) : []),
      ...[...vpcIds].sort().flatMap((vpcId) => refer('in_vpc', vpcId, idKey)),
      ...record.MountTargets.flatMap(({ SubnetId, NetworkInterfaceId, AvailabilityZoneName }) => [
        ...refer('in_subnet', SubnetId, idKey, {
          ...together('subnets'),
          attributes: { availability_zone: AvailabilityZoneName },
        }),
        ...refer('has_interface', NetworkInterfaceId, idKey, together('interfaces')),
      ]),
      ...record.SecurityGroupIds.flatMap((groupId) => refer('guarded_by', groupId, idKey)),
      ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
    ];
  },
  // Metered about once an hour.
  volatile: ['attributes.size_bytes'],
});

async function withDetails(aws: AwsClient, system: FileSystemDescription, signal: AbortSignal) {
  const id = system.FileSystemId ?? '';
  const accessPoints = await accessPointsByFileSystem(aws, signal);
  const targets = await mountTargetsOf(aws, id, signal);
  const groups = await Promise.all(
    (targets.value ?? []).map(({ MountTargetId }) => mountTargetGroups(aws, MountTargetId, signal)),
  );
  return {
    ...system,
    MountTargets: targets.value,
    SecurityGroupIds: [...new Set(groups.flatMap(({ value }) => value ?? []))].sort(),
    AccessPointArns: accessPoints.value?.get(id),
    DnsSuffix: aws.partition.dns_suffix,
    DeniedReads: deniedReads([accessPoints, targets, ...groups]),
  };
}
