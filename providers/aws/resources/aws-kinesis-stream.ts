import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListStreamsCommand,
  type StreamSummary,
} from '@aws-sdk/client-kinesis';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { count, instant, text, textAt } from '../fields.ts';
import { accountKey, kmsKeyKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/** Every state of Kinesis's `StreamStatus`; one that is changed can be written to and read. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CREATING: 'planned',
  ACTIVE: 'active',
  UPDATING: 'under_maintenance',
  DELETING: 'under_maintenance',
};

/** A call follows for each stream: a page is some seconds of work, the unit that is resumed. */
const STREAMS_A_PAGE = 100;
const STREAMS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_kinesis_stream',
  provider: 'aws',
  ci_types: ['message_queue'],
  summary: 'A Kinesis data stream with its capacity, retention and key.',
  permissions: ['kinesis:ListStreams', 'kinesis:DescribeStreamSummary', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListStreamsCommand({
      Limit: STREAMS_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(KinesisClient).send(command, { abortSignal: signal });
    const limit = pLimit(STREAMS_AT_ONCE);
    const records = await limit.map(page.StreamSummaries ?? [], (stream) =>
      withDetails(aws, stream, signal),
    );
    return { records: records.flat(), next_page_token: page.NextToken || null };
  },

  record: z.object({
    StreamARN: z.string(),
    StreamName: text,
    StreamStatus: text,
    StreamModeDetails: z.object({ StreamMode: text }).nullish(),
    StreamCreationTimestamp: instant,
    RetentionPeriodHours: count,
    EncryptionType: text,
    KeyId: text,
    OpenShardCount: count,
    ConsumerCount: count,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'StreamARN'),

  toItem(record, scope) {
    const name = record.StreamName ?? record.StreamARN;
    return {
      ci_type: 'message_queue',
      name,
      display_name: record.Tags.Name || name,
      status: STATUSES[record.StreamStatus ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.StreamARN,
      ...described(record.Tags, [record.StreamName]),
      attributes: {
        capacity_mode: record.StreamModeDetails?.StreamMode ?? null,
        open_shards: record.OpenShardCount,
        retention_hours: record.RetentionPeriodHours,
        fan_out_consumers: record.ConsumerCount,
        encryption: record.EncryptionType,
        create_time: record.StreamCreationTimestamp,
        state: record.StreamStatus,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ StreamARN }) => [StreamARN],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references: ({ KeyId }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('encrypted_with', KeyId, (key) => kmsKeyKey(key, scope)),
  ],
  volatile: [],
});

/** The stream as a record, or nothing where it was deleted since it was listed. */
async function withDetails(aws: AwsClient, stream: StreamSummary, signal: AbortSignal) {
  const tags = await tagsByArn(aws, 'kinesis', signal);
  const command = new DescribeStreamSummaryCommand({ StreamARN: stream.StreamARN });
  const summary = await readDetail(
    'kinesis:DescribeStreamSummary',
    () => aws.service(KinesisClient).send(command, { abortSignal: signal }),
    ['ResourceNotFoundException'],
  );
  if (summary.value === null && summary.denied === null) return [];
  return [
    {
      ...stream,
      ...summary.value?.StreamDescriptionSummary,
      Tags: tags.value?.get(stream.StreamARN ?? ''),
      DeniedReads: deniedReads([tags, summary]),
    },
  ];
}
