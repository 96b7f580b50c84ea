import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { idKey, kmsKeyKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `VolumeState`; `available` is a volume that nothing uses. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  creating: 'planned',
  available: 'inactive',
  'in-use': 'active',
  deleting: 'under_maintenance',
  deleted: 'retired',
  error: 'failed',
};

export const resourceType = defineResourceType({
  name: 'aws_ebs_volume',
  provider: 'aws',
  ci_types: ['block_storage'],
  summary: 'An EBS volume, attached or not; the instance that uses it refers to it.',
  permissions: ['ec2:DescribeVolumes'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(new DescribeVolumesCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }), {
        abortSignal: signal,
      });
    return { records: page.Volumes ?? [], next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    VolumeId: z.string(),
    State: z.string(),
    AvailabilityZone: text,
    Size: count,
    VolumeType: text,
    Iops: count,
    Throughput: count,
    Encrypted: flag,
    KmsKeyId: text,
    SnapshotId: text,
    MultiAttachEnabled: flag,
    CreateTime: instant,
    Attachments: listOf(z.object({ InstanceId: text })),
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'VolumeId');
    return id && regionalArn(scope, 'ec2', `volume/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'block_storage',
    name: record.VolumeId,
    display_name: record.Tags.Name || record.VolumeId,
    status: STATUSES[record.State] ?? 'active',
    region: scope.region,
    availability_zone: record.AvailabilityZone,
    external_id: record.VolumeId,
    ...described(record.Tags),
    attributes: {
      size_gb: record.Size,
      volume_type: record.VolumeType,
      iops: record.Iops,
      throughput_mib_per_second: record.Throughput,
      encrypted: record.Encrypted,
      kms_key_id: record.KmsKeyId,
      snapshot_id: record.SnapshotId,
      multi_attach: record.MultiAttachEnabled,
      create_time: record.CreateTime,
      state: record.State,
      attached_to: record.Attachments.flatMap(({ InstanceId }) => InstanceId ?? []).sort(),
    },
  }),

  keys: ({ VolumeId }, scope) => [idKey(VolumeId), regionalArn(scope, 'ec2', `volume/${VolumeId}`)],

  relations: {
    // Copied from it once; it may be deleted afterwards.
    made_from: { type: 'depends_on', target: 'aws_ebs_snapshot', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('made_from', record.SnapshotId, idKey),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
  ],
  volatile: [],
});
