import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as bucket } from '../../../providers/aws/resources/aws-s3-bucket.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, type Listed, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let listed: Listed[];
const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b`;
const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:resize`;

beforeAll(async () => {
  moto = await startMotoEstate();
  await new SQSClient({ region: REGION }).send(new CreateQueueCommand({ QueueName: 'resize' }));
  const s3 = new S3Client({ region: REGION, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  for (const Bucket of ['assets', 'assets-copy', 'website']) {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  const Bucket = 'assets';
  const encryption = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: encryption }],
      },
    }),
  );
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
    }),
  );
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          { QueueArn: queueArn, Events: ['s3:ObjectCreated:*'] },
          { QueueArn: queueArn, Events: ['s3:ObjectRemoved:*'] },
        ],
      },
    }),
  );
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${ACCOUNT}:role/copy`,
        Rules: [
          {
            Status: 'Enabled',
            Priority: 1,
            Filter: { Prefix: '' },
            Destination: { Bucket: 'arn:aws:s3:::assets-copy' },
            DeleteMarkerReplication: { Status: 'Disabled' },
          },
        ],
      },
    }),
  );
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'website' }));
  const statement = {
    Sid: 'hunter2',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::website/*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'website', Policy }));
  listed = await listAll(bucket);
});
afterAll(() => moto?.close());

function listedBucket(name: string): Listed {
  const found = listed.find(({ item }) => item.name === name);
  if (!found) throw new Error(`no bucket ${name} was listed`);
  return found;
}

test('a bucket has its versioning, encryption and public-access block', () => {
  expect(listedBucket('assets').item.attributes).toMatchObject({
    versioning: 'enabled',
    encryption: 'aws:kms',
    kms_key_id: keyArn,
    public_access_block: { block_public_acls: true, block_public_policy: true },
    policy_is_public: false,
    sends_to_event_bridge: false,
    denied_reads: [],
  });
});

test('a bucket that its policy opens to everybody is public', () => {
  expect(listedBucket('website').item.attributes).toMatchObject({
    policy_is_public: true,
    public_access_block: null,
  });
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a bucket refers once to each queue that it notifies, to its copy and to its key', () => {
  expect(listedBucket('assets').references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'encrypted_with', key: keyArn },
    { relation: 'notifies', key: queueArn },
    { relation: 'replicates_to', key: 'arn:aws:s3:::assets-copy' },
  ]);
});
