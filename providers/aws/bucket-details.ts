import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { AwsClient } from './client.ts';
import { deniedReads, readDetail } from './read-detail.ts';

/** What only calls for one bucket tell, beside what the listing says of it. */
export async function bucketDetails(
  aws: AwsClient,
  bucket: { Name?: string | undefined; BucketRegion?: string | undefined },
  signal: AbortSignal,
) {
  const input = { Bucket: bucket.Name };
  const options = { abortSignal: signal };
  const location = await readDetail('s3:GetBucketLocation', async () =>
    bucket.BucketRegion
      ? bucket.BucketRegion
      : regionOfLocation(
          (await aws.service(S3Client).send(new GetBucketLocationCommand(input), options))
            .LocationConstraint,
        ),
  );
  // A bucket answers in its own region; another one's endpoint only says where that is.
  const s3 = aws.service(S3Client, location.value ?? undefined);
  const tags = await readDetail(
    's3:GetBucketTagging',
    () => s3.send(new GetBucketTaggingCommand(input), options),
    ['NoSuchTagSet', 'NoSuchTagSetError'],
  );
  const versioning = await readDetail('s3:GetBucketVersioning', () =>
    s3.send(new GetBucketVersioningCommand(input), options),
  );
  const encryption = await readDetail(
    's3:GetEncryptionConfiguration',
    () => s3.send(new GetBucketEncryptionCommand(input), options),
    ['ServerSideEncryptionConfigurationNotFoundError'],
  );
  const publicAccessBlock = await readDetail(
    's3:GetBucketPublicAccessBlock',
    () => s3.send(new GetPublicAccessBlockCommand(input), options),
    ['NoSuchPublicAccessBlockConfiguration'],
  );
  const policyStatus = await readDetail(
    's3:GetBucketPolicyStatus',
    () => s3.send(new GetBucketPolicyStatusCommand(input), options),
    ['NoSuchBucketPolicy'],
  );
  const notification = await readDetail('s3:GetBucketNotification', () =>
    s3.send(new GetBucketNotificationConfigurationCommand(input), options),
  );
  const replication = await readDetail(
    's3:GetReplicationConfiguration',
    () => s3.send(new GetBucketReplicationCommand(input), options),
    ['ReplicationConfigurationNotFoundError'],
  );
  const [rule] = encryption.value?.ServerSideEncryptionConfiguration?.Rules ?? [];
  return {
    Region: location.value,
    Tags: tags.value?.TagSet,
    // An answer without a status is that of a bucket that was never versioned.
    Versioning: versioning.value && (versioning.value.Status ?? 'Disabled'),
    Encryption: rule?.ApplyServerSideEncryptionByDefault,
    PublicAccessBlock: publicAccessBlock.value?.PublicAccessBlockConfiguration,
    // A bucket without a policy is not public by its policy.
    IsPublic: policyStatus.denied ? null : (policyStatus.value?.PolicyStatus?.IsPublic ?? false),
    Notification: notification.value,
    Replication: replication.value?.ReplicationConfiguration,
    DeniedReads: deniedReads([
      location,
      tags,
      versioning,
      encryption,
      publicAccessBlock,
      policyStatus,
      notification,
      replication,
    ]),
  };
}

/** S3 names its oldest region by nothing, and one other by its continent. */
function regionOfLocation(location: string | undefined): string {
  if (!location) return 'us-east-1';
  return location === 'EU' ? 'eu-west-1' : location;
}
