import { type Bucket, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { arnOf } from '../arn.ts';
import { bucketDetails } from '../bucket-details.ts';
import type { AwsClient } from '../client.ts';
import { toAwsFault } from '../errors.ts';
import { flag, instant, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, kmsKeyKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Six calls follow for each bucket: a page is some seconds of work, the unit that is resumed. */
const BUCKETS_A_PAGE = 200;
const BUCKETS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_s3_bucket',
  provider: 'aws',
  ci_types: ['aws_s3'],
  summary: 'An S3 bucket with its region, tags, versioning, encryption and public access.',
  permissions: [
    's3:ListAllMyBuckets',
    's3:GetBucketLocation',
    's3:GetBucketPolicyStatus',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketTagging',
    's3:GetBucketVersioning',
    's3:GetEncryptionConfiguration',
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
  },
  references: ({ Encryption, Region }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('encrypted_with', Region && Encryption?.KMSMasterKeyID, (key) =>
      kmsKeyKey(key, { ...scope, region: Region ?? scope.region }),
    ),
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
