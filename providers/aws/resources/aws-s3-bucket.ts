import { type Bucket, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { functionArn } from '../api-integrations.ts';
import { arnOf } from '../arn.ts';
import { bucketDetails } from '../bucket-details.ts';
import type { AwsClient } from '../client.ts';
import { toAwsFault } from '../errors.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, kmsKeyKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Eight calls follow for each bucket: a page is some seconds of work, the unit that is resumed. */
const BUCKETS_A_PAGE = 100;
const BUCKETS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_s3_bucket',
  provider: 'aws',
  ci_types: ['aws_s3'],
  summary:
    'An S3 bucket with its region, tags, versioning, encryption, public access, events and copies.',
  permissions: [
    's3:ListAllMyBuckets',
    's3:GetBucketLocation',
    's3:GetBucketNotification',
    's3:GetBucketPolicyStatus',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketTagging',
    's3:GetBucketVersioning',
    's3:GetEncryptionConfiguration',
    's3:GetReplicationConfiguration',
  ],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListBucketsCommand({
      MaxBuckets: BUCKETS_A_PAGE,
      ContinuationToken: pageToken ?? undefined,
    });
    const page = await aws.service(S3Client).send(command, { abortSignal: signal });
    const limit = pLimit(BUCKETS_AT_ONCE);
    const records = await limit.map(page.Buckets ?? [], (bucket) =>
      withDetails(aws, bucket, signal),
    );
    return { records: records.flat(), next_page_token: page.ContinuationToken ?? null };
  },

  record: z.object({
    Name: z.string(),
    Arn: z.string(),
    DnsSuffix: z.string(),
    CreationDate: instant,
    Region: text,
    Tags: tagList,
    Versioning: text,
    Encryption: z.object({ SSEAlgorithm: text, KMSMasterKeyID: text }).nullish(),
    PublicAccessBlock: z
      .object({
        BlockPublicAcls: flag,
        IgnorePublicAcls: flag,
        BlockPublicPolicy: flag,
        RestrictPublicBuckets: flag,
      })
      .nullish(),
    IsPublic: flag,
    Notification: z
      .object({
        TopicConfigurations: listOf(z.object({ TopicArn: text })),
        QueueConfigurations: listOf(z.object({ QueueArn: text })),
        LambdaFunctionConfigurations: listOf(z.object({ LambdaFunctionArn: text })),
        // Empty where it is on.
        EventBridgeConfiguration: z.object({}).nullish(),
      })
      .nullish(),
    Replication: z
      .object({
        Rules: listOf(
          z.object({ Status: text, Destination: z.object({ Bucket: text }).nullish() }),
        ),
      })
      .nullish(),
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem: (record) => ({
    ci_type: 'aws_s3',
    name: record.Name,
    display_name: record.Name,
    region: record.Region,
    external_id: record.Name,
    ...described(record.Tags, [record.Name]),
    attributes: {
      creation_date: record.CreationDate,
      versioning: record.Versioning?.toLowerCase() ?? null,
      encryption: record.Encryption?.SSEAlgorithm ?? null,
      kms_key_id: record.Encryption?.KMSMasterKeyID ?? null,
      public_access_block: record.PublicAccessBlock
        ? {
            block_public_acls: record.PublicAccessBlock.BlockPublicAcls,
            ignore_public_acls: record.PublicAccessBlock.IgnorePublicAcls,
            block_public_policy: record.PublicAccessBlock.BlockPublicPolicy,
            restrict_public_buckets: record.PublicAccessBlock.RestrictPublicBuckets,
          }
        : null,
      policy_is_public: record.IsPublic,
      sends_to_event_bridge: record.Notification
        ? Boolean(record.Notification.EventBridgeConfiguration)
        : null,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Name, Arn, DnsSuffix, Region }) => [
    Arn,
    dnsKey(`${Name}.s3.${DnsSuffix}`),
    ...(Region ? hostNames(Name, Region, DnsSuffix).map(dnsKey) : []),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    // A topic, a queue or a function, which hears of nothing when the bucket fails.
    notifies: { type: 'communicates_with', target: 'aws_sqs_queue', spread: 'reverse' },
    // The copy serves on its own.
    replicates_to: { type: 'communicates_with', target: 'aws_s3_bucket', spread: 'none' },
  },
  references: ({ Encryption, Region, Notification, Replication }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('encrypted_with', Region && Encryption?.KMSMasterKeyID, (key) =>
      kmsKeyKey(key, { ...scope, region: Region ?? scope.region }),
    ),
    ...distinct([
      ...(Notification?.TopicConfigurations ?? []).map(({ TopicArn }) => TopicArn),
      ...(Notification?.QueueConfigurations ?? []).map(({ QueueArn }) => QueueArn),
      ...(Notification?.LambdaFunctionConfigurations ?? []).map((entry) =>
        functionArn(entry.LambdaFunctionArn ?? ''),
      ),
    ]).flatMap((arn) => refer('notifies', arn)),
    ...distinct(
      (Replication?.Rules ?? [])
        .filter(({ Status }) => Status === 'Enabled')
        .map(({ Destination }) => Destination?.Bucket),
    ).flatMap((arn) => refer('replicates_to', arn)),
  ],
  volatile: [],
});

/** The bucket as a record, or nothing where it was deleted since it was listed. */
async function withDetails(aws: AwsClient, bucket: Bucket, signal: AbortSignal) {
  const { id: partition, dns_suffix: DnsSuffix } = aws.partition;
  const arn = { partition, service: 's3', region: '', account: '', resource: bucket.Name ?? '' };
  try {
    const details = await bucketDetails(aws, bucket, signal);
    return [{ ...bucket, Arn: bucket.Name && arnOf(arn), DnsSuffix, ...details }];
  } catch (error) {
    if (toAwsFault(error, []).code === 'NoSuchBucket') return [];
    throw error;
  }
}

/** Its host names for objects, and in the two styles in use for web sites. */
function hostNames(name: string, region: string, suffix: string): string[] {
  return [
    `${name}.s3.${region}.${suffix}`,
    `${name}.s3-website-${region}.${suffix}`,
    `${name}.s3-website.${region}.${suffix}`,
  ];
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
