import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, text, textAt } from '../fields.ts';
import { accountKey, idKey, kmsKeyKey } from '../keys.ts';
import { ownedBy } from '../owned.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `SnapshotState`; `recoverable` is one in the recycle bin. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  completed: 'active',
  error: 'failed',
  recoverable: 'inactive',
  recovering: 'under_maintenance',
};

/** What EC2 answers for a snapshot that was copied or imported: there is no such volume. */
const NO_VOLUME = 'vol-ffffffff';
const BYTES_PER_GIB = 1024 ** 3;

export const resourceType = defineResourceType({
  name: 'aws_ebs_snapshot',
  provider: 'aws',
  ci_types: ['snapshot'],
  summary: 'An EBS snapshot that the account owns, and the volume that it backs up.',
  permissions: ['ec2:DescribeSnapshots'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      MaxResults: 1000,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    return {
      records: ownedBy(aws.account, page.Snapshots),
      next_page_token: page.NextToken ?? null,
    };
  },

  record: z.object({
    SnapshotId: z.string(),
    VolumeId: text,
    State: text,
    StateMessage: text,
    Description: text,
    StartTime: instant,
    CompletionTime: instant,
    VolumeSize: count,
    FullSnapshotSizeInBytes: count,
    StorageTier: text,
    RestoreExpiryTime: instant,
    Encrypted: flag,
    KmsKeyId: text,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'SnapshotId');
    return id && regionalArn(scope, 'ec2', `snapshot/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'snapshot',
    name: record.SnapshotId,
    display_name: record.Tags.Name || record.SnapshotId,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.SnapshotId,
    ...described(record.Tags),
    attributes: {
      volume_id: record.VolumeId,
      volume_size_gb: record.VolumeSize,
      full_size_gb:
        record.FullSnapshotSizeInBytes === null
          ? null
          : record.FullSnapshotSizeInBytes / BYTES_PER_GIB,
      description: record.Description,
      start_time: record.StartTime,
      completion_time: record.CompletionTime,
      storage_tier: record.StorageTier,
      restore_expiry_time: record.RestoreExpiryTime,
      encrypted: record.Encrypted,
      kms_key_id: record.KmsKeyId,
      state: record.State,
      state_message: record.StateMessage,
    },
  }),

  keys: ({ SnapshotId }, scope) => [
    idKey(SnapshotId),
    regionalArn(scope, 'ec2', `snapshot/${SnapshotId}`),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    // It is there for when the volume is not.
    copy_of: { type: 'backs_up', target: 'aws_ebs_volume', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('copy_of', record.VolumeId === NO_VOLUME ? null : record.VolumeId, idKey),
    ...refer('encrypted_with', record.KmsKeyId, (key) => kmsKeyKey(key, scope)),
  ],
  volatile: [],
});
