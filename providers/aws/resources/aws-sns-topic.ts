import { GetTopicAttributesCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { parseArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { text, textAt } from '../fields.ts';
import { accountKey, kmsKeyKey } from '../keys.ts';
import { type Detail, deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';
import { countText, flagText } from '../text-values.ts';

const TOPICS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_sns_topic',
  provider: 'aws',
  ci_types: ['topic'],
  summary: 'An SNS topic; where it sends to stands in its subscriptions.',
  permissions: ['sns:ListTopics', 'sns:GetTopicAttributes', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    // SNS has pages of 100 and no way to ask for others.
    const command = new ListTopicsCommand({ NextToken: pageToken ?? undefined });
    const page = await aws.service(SNSClient).send(command, { abortSignal: signal });
    const next_page_token = page.NextToken ?? null;
    const arns = (page.Topics ?? []).flatMap(({ TopicArn }) => TopicArn ?? []);
    if (arns.length === 0) return { records: [], next_page_token };
    const tags = await tagsByArn(aws, 'sns', signal);
    const limit = pLimit(TOPICS_AT_ONCE);
    const records = await limit.map(arns, (arn) => topicRecord(aws, arn, tags, signal));
    return { records: records.flat(), next_page_token };
  },

  record: z.object({
    TopicArn: z.string(),
    // Never the policies. All are null where nobody may read them.
    Attributes: z
      .object({
        DisplayName: text,
        FifoTopic: flagText,
        ContentBasedDeduplication: flagText,
        KmsMasterKeyId: text,
        TracingConfig: text,
        SubscriptionsConfirmed: countText,
        SubscriptionsPending: countText,
      })
      .nullish(),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'TopicArn'),

  toItem(record, scope) {
    const attributes = record.Attributes;
    const name = topicName(record.TopicArn);
    return {
      ci_type: 'topic',
      name,
      display_name: attributes?.DisplayName ?? name,
      region: scope.region,
      external_id: record.TopicArn,
      ...described(record.Tags, [name]),
      attributes: {
        // A topic that is not one of those has no such attribute.
        fifo: attributes ? (attributes.FifoTopic ?? false) : null,
        content_based_deduplication: attributes?.ContentBasedDeduplication ?? null,
        kms_key_id: attributes?.KmsMasterKeyId ?? null,
        tracing: attributes?.TracingConfig ?? null,
        subscriptions_confirmed: attributes?.SubscriptionsConfirmed ?? null,
        subscriptions_pending: attributes?.SubscriptionsPending ?? null,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ TopicArn }) => [TopicArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references: ({ Attributes }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('encrypted_with', Attributes?.KmsMasterKeyId, (key) => kmsKeyKey(key, scope)),
  ],
  volatile: ['attributes.subscriptions_confirmed', 'attributes.subscriptions_pending'],
});

/** The topic as a record, or nothing where it was deleted since it was listed. */
async function topicRecord(
  aws: AwsClient,
  TopicArn: string,
  tags: Detail<ReadonlyMap<string, unknown>>,
  signal: AbortSignal,
) {
  const attributes = await readDetail(
    'sns:GetTopicAttributes',
    () =>
      aws
        .service(SNSClient)
        .send(new GetTopicAttributesCommand({ TopicArn }), { abortSignal: signal }),
    ['NotFound', 'NotFoundException'],
  );
  if (attributes.value === null && attributes.denied === null) return [];
  return [
    {
      TopicArn,
      Attributes: attributes.value?.Attributes,
      Tags: tags.value?.get(TopicArn),
      DeniedReads: deniedReads([attributes, tags]),
    },
  ];
}

function topicName(arn: string): string {
  return parseArn(arn)?.resource ?? arn;
}
