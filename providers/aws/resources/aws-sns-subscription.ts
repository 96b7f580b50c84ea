import { ListSubscriptionsCommand, SNSClient } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { parseArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { text, textAt } from '../fields.ts';
import { refer } from '../refer.ts';
import { subscriptionTarget } from '../subscription-endpoint.ts';
import { described } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_sns_subscription',
  provider: 'aws',
  ci_types: ['topic'],
  summary: 'A confirmed subscription to an SNS topic; addresses of people are not stored.',
  permissions: ['sns:ListSubscriptions'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    // SNS has pages of 100 and no way to ask for others.
    const command = new ListSubscriptionsCommand({ NextToken: pageToken ?? undefined });
    const page = await aws.service(SNSClient).send(command, { abortSignal: signal });
    // `PendingConfirmation` and `Deleted` stand where others have their ARN: to nothing that has
    // none is anything sent.
    const records = (page.Subscriptions ?? []).filter(
      ({ SubscriptionArn }) => SubscriptionArn && parseArn(SubscriptionArn),
    );
    return { records, next_page_token: page.NextToken ?? null };
  },

  record: z
    .object({ SubscriptionArn: z.string(), Protocol: text, Endpoint: text, TopicArn: text })
    .transform(({ Endpoint, ...record }) => ({
      ...record,
      Target: subscriptionTarget(record.Protocol, Endpoint),
    })),

  nativeId: (record) => textAt(record, 'SubscriptionArn'),

  toItem(record, scope) {
    const topic = parseArn(record.TopicArn ?? '')?.resource ?? null;
    // The ARN is the topic's with an id at its end.
    const id = record.SubscriptionArn.split(':').at(-1) ?? record.SubscriptionArn;
    const target = record.Target?.name.split(':').at(-1) ?? record.Protocol;
    return {
      ci_type: 'topic',
      name: id,
      display_name: topic && target ? `${topic} → ${target}` : id,
      region: scope.region,
      external_id: record.SubscriptionArn,
      ...described({}, [topic]),
      attributes: {
        topic_arn: record.TopicArn,
        protocol: record.Protocol,
        target: record.Target?.name ?? null,
      },
    };
  },

  keys: ({ SubscriptionArn }) => [SubscriptionArn],

  relations: {
    of_topic: { type: 'part_of', target: 'aws_sns_topic', spread: 'forward' },
    // From the topic to a queue, a function or a host, which get nothing when the topic fails.
    sends_to: { type: 'communicates_with', target: 'aws_sqs_queue', spread: 'reverse' },
  },
  references: ({ TopicArn, Protocol, Target }) => [
    ...refer('of_topic', TopicArn),
    ...(TopicArn && Protocol && Target
      ? refer('sends_to', Target.key, undefined, {
          source_key: TopicArn,
          discriminator: Protocol,
          attributes: { protocol: Protocol },
        })
      : []),
  ],
  volatile: [],
});
