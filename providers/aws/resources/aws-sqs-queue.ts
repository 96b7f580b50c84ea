import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { arnOf } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, text, textAt } from '../fields.ts';
import { accountKey, kmsKeyKey } from '../keys.ts';
import { type Detail, deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';
import { countText, epochText, flagText, jsonText } from '../text-values.ts';

/** A call follows for each queue: a page is some seconds of work, the unit that is resumed. */
const QUEUES_A_PAGE = 200;
const QUEUES_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_sqs_queue',
  provider: 'aws',
  ci_types: ['message_queue'],
  summary: 'An SQS queue with its attributes, and the queue that takes what nobody can process.',
  permissions: ['sqs:ListQueues', 'sqs:GetQueueAttributes', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    // Without a size, the answer ends at 1,000 queues and has no token.
    const command = new ListQueuesCommand({
      MaxResults: QUEUES_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(SQSClient).send(command, { abortSignal: signal });
    const next_page_token = page.NextToken ?? null;
    const urls = page.QueueUrls ?? [];
    if (urls.length === 0) return { records: [], next_page_token };
    const tags = await tagsByArn(aws, 'sqs', signal);
    const limit = pLimit(QUEUES_AT_ONCE);
    const records = await limit.map(urls, (url) => queueRecord(aws, url, tags, signal));
    return { records: records.flat(), next_page_token };
  },

  record: z.object({
    QueueArn: z.string(),
    QueueName: z.string(),
    QueueUrl: text,
    // Never `Policy`. All are null where nobody may read them.
    Attributes: z
      .object({
        FifoQueue: flagText,
        ContentBasedDeduplication: flagText,
        VisibilityTimeout: countText,
        MessageRetentionPeriod: countText,
        DelaySeconds: countText,
        MaximumMessageSize: countText,
        ReceiveMessageWaitTimeSeconds: countText,
        KmsMasterKeyId: text,
        SqsManagedSseEnabled: flagText,
        RedrivePolicy: jsonText(
          // Written as it was set: the number may be a text.
          z.object({ deadLetterTargetArn: text, maxReceiveCount: z.union([count, countText]) }),
        ),
        ApproximateNumberOfMessages: countText,
        ApproximateNumberOfMessagesNotVisible: countText,
        ApproximateNumberOfMessagesDelayed: countText,
        CreatedTimestamp: epochText,
        LastModifiedTimestamp: epochText,
      })
      .nullish(),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'QueueArn'),

  toItem(record, scope) {
    const attributes = record.Attributes;
    return {
      ci_type: 'message_queue',
      name: record.QueueName,
      display_name: record.QueueName,
      region: scope.region,
      external_id: record.QueueArn,
      ...described(record.Tags, [record.QueueName]),
      attributes: {
        url: record.QueueUrl,
        // A queue that is not one of those has no such attribute.
        fifo: attributes ? (attributes.FifoQueue ?? false) : null,
        content_based_deduplication: attributes?.ContentBasedDeduplication ?? null,
        visibility_timeout_seconds: attributes?.VisibilityTimeout ?? null,
        message_retention_seconds: attributes?.MessageRetentionPeriod ?? null,
        delay_seconds: attributes?.DelaySeconds ?? null,
        max_message_bytes: attributes?.MaximumMessageSize ?? null,
        receive_wait_seconds: attributes?.ReceiveMessageWaitTimeSeconds ?? null,
        kms_key_id: attributes?.KmsMasterKeyId ?? null,
        sqs_managed_encryption: attributes?.SqsManagedSseEnabled ?? null,
        dead_letter_queue: attributes?.RedrivePolicy?.deadLetterTargetArn ?? null,
        max_receive_count: attributes?.RedrivePolicy?.maxReceiveCount ?? null,
        messages: attributes?.ApproximateNumberOfMessages ?? null,
        messages_in_flight: attributes?.ApproximateNumberOfMessagesNotVisible ?? null,
        messages_delayed: attributes?.ApproximateNumberOfMessagesDelayed ?? null,
        create_time: attributes?.CreatedTimestamp ?? null,
        last_modified_time: attributes?.LastModifiedTimestamp ?? null,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ QueueArn }) => [QueueArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
    // Only what could not be processed goes there; the queue itself goes on without it.
    dead_letters_to: { type: 'uses', target: 'aws_sqs_queue', spread: 'none' },
  },
  references: ({ Attributes }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('encrypted_with', Attributes?.KmsMasterKeyId, (key) => kmsKeyKey(key, scope)),
    ...refer('dead_letters_to', Attributes?.RedrivePolicy?.deadLetterTargetArn),
  ],
  volatile: ['attributes.messages', 'attributes.messages_in_flight', 'attributes.messages_delayed'],
});

/** The queue as a record, or nothing where it was deleted since it was listed. */
async function queueRecord(
  aws: AwsClient,
  QueueUrl: string,
  tags: Detail<ReadonlyMap<string, unknown>>,
  signal: AbortSignal,
) {
  const attributes = await readDetail(
    'sqs:GetQueueAttributes',
    () =>
      aws
        .service(SQSClient)
        // By name, those of FIFO queues would be refused by all others.
        .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }), {
          abortSignal: signal,
        }),
    ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
  );
  if (attributes.value === null && attributes.denied === null) return [];
  const QueueName = QueueUrl.split('/').at(-1);
  const QueueArn =
    QueueName &&
    arnOf({
      partition: aws.partition.id,
      service: 'sqs',
      region: aws.region,
      account: aws.account,
      resource: QueueName,
    });
  return [
    {
      QueueUrl,
      QueueName,
      QueueArn,
      Attributes: attributes.value?.Attributes,
      Tags: tags.value?.get(QueueArn ?? ''),
      DeniedReads: deniedReads([attributes, tags]),
    },
  ];
}
