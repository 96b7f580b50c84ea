import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import { defineResourceType, type Reference } from '../../../model/resource-type.ts';
import type { Scope } from '../../../model/scope.ts';
import { alarmAction, alarmKey, combinedAlarms } from '../alarm-actions.ts';
import { measuredBy, metricFields, metricQuerySchema } from '../alarm-targets.ts';
import type { AwsClient } from '../client.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

const ALARMS_A_PAGE = 100;

const alarmSchema = z.object({
  AlarmArn: z.string(),
  AlarmName: text,
  AlarmDescription: text,
  ActionsEnabled: flag,
  AlarmActions: listOf(z.string()),
  OKActions: listOf(z.string()),
  InsufficientDataActions: listOf(z.string()),
  StateValue: text,
  StateReason: text,
  StateTransitionedTimestamp: instant,
  AlarmConfigurationUpdatedTimestamp: instant,
  // Of alarms on one metric.
  ...metricFields,
  Statistic: text,
  ExtendedStatistic: text,
  Period: count,
  // Of alarms on metrics of any number.
  Metrics: listOf(metricQuerySchema),
  EvaluationPeriods: count,
  DatapointsToAlarm: count,
  Threshold: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
  ComparisonOperator: text,
  TreatMissingData: text,
  EvaluationState: text,
  // Of composite alarms.
  AlarmRule: text,
  ActionsSuppressor: text,
  Tags: tagList,
  DeniedReads: z.array(z.string()),
});
type AlarmRecord = z.infer<typeof alarmSchema>;

export const resourceType = defineResourceType({
  name: 'aws_cloudwatch_alarm',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'A CloudWatch alarm on metrics or on other alarms: what it watches and whom it tells.',
  permissions: ['cloudwatch:DescribeAlarms', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new DescribeAlarmsCommand({
      // Without it only alarms on metrics are answered.
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: ALARMS_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(CloudWatchClient).send(command, { abortSignal: signal });
    const tags = await tagsByArn(aws, 'cloudwatch', signal);
    const records = [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(
      (alarm) => ({
        ...alarm,
        Tags: tags.value?.get(alarm.AlarmArn ?? ''),
        DeniedReads: deniedReads([tags]),
      }),
    );
    return { records, next_page_token: page.NextToken || null };
  },

  record: alarmSchema,

  nativeId: (record) => textAt(record, 'AlarmArn'),

  toItem(record, scope) {
    const name = record.AlarmName ?? record.AlarmArn;
    return {
      ci_type: 'service',
      name,
      display_name: name,
      // What it watches may be in any state: the alarm itself is well, unless it tells nobody.
      status: statusOf(record),
      region: scope.region,
      external_id: record.AlarmArn,
      ...described(record.Tags, [record.AlarmName]),
      attributes: {
        alarm_type: record.AlarmRule === null ? 'metric' : 'composite',
        description: record.AlarmDescription,
        namespace: record.Namespace,
        metric_name: record.MetricName,
        dimensions: Object.fromEntries(record.Dimensions.map(({ Name, Value }) => [Name, Value])),
        statistic: record.Statistic ?? record.ExtendedStatistic,
        metrics: record.Metrics.map(({ Expression, MetricStat }) =>
          MetricStat
            ? `${MetricStat.Metric.Namespace}/${MetricStat.Metric.MetricName} ${MetricStat.Stat}`
            : Expression,
        ),
        period_seconds: record.Period,
        evaluation_periods: record.EvaluationPeriods,
        datapoints_to_alarm: record.DatapointsToAlarm,
        comparison: record.ComparisonOperator,
        threshold: record.Threshold,
        treat_missing_data: record.TreatMissingData,
        rule: record.AlarmRule,
        actions_enabled: record.ActionsEnabled,
        alarm_actions: [...record.AlarmActions].sort(),
        ok_actions: [...record.OKActions].sort(),
        insufficient_data_actions: [...record.InsufficientDataActions].sort(),
        configured_time: record.AlarmConfigurationUpdatedTimestamp,
        evaluation_state: record.EvaluationState,
        state: record.StateValue,
        state_reason: record.StateReason,
        state_time: record.StateTransitionedTimestamp,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ AlarmArn }) => [AlarmArn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    watches: { type: 'monitors', target: 'whatever the metric is of', spread: 'none' },
    combines: { type: 'depends_on', target: 'aws_cloudwatch_alarm', spread: 'forward' },
    silenced_by: { type: 'uses', target: 'aws_cloudwatch_alarm', spread: 'none' },
    notifies: {
      type: 'uses',
      target: 'aws_sns_topic or aws_lambda_function',
      spread: 'forward',
    },
    scales: {
      type: 'communicates_with',
      target: 'aws_autoscaling_group, aws_ecs_service or aws_dynamodb_table',
      spread: 'none',
    },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...watchedKeys(record, scope).flatMap((key) => refer('watches', key)),
    ...combinedAlarms(record.AlarmRule ?? '', scope).flatMap((key) => refer('combines', key)),
    ...refer('silenced_by', record.ActionsSuppressor, (name) => alarmKey(name, scope)),
    ...actionReferences(record, scope),
  ],
  volatile: [
    'attributes.evaluation_state',
    'attributes.state',
    'attributes.state_reason',
    'attributes.state_time',
  ],
});

function statusOf({ ActionsEnabled }: AlarmRecord) {
  return ActionsEnabled === false ? ('inactive' as const) : ('active' as const);
}

function watchedKeys(record: AlarmRecord, scope: Scope): string[] {
  const keys = [
    ...measuredBy(record, scope),
    ...record.Metrics.flatMap(({ MetricStat, AccountId }) =>
      MetricStat ? measuredBy(MetricStat.Metric, scope, AccountId) : [],
    ),
  ];
  return [...new Set(keys)].sort();
}

/** One reference for each that is told, with the states of which it is told. */
function actionReferences(record: AlarmRecord, scope: Scope): Reference<'notifies' | 'scales'>[] {
  const told = new Map<string, { relation: 'notifies' | 'scales'; states: Set<string> }>();
  const byState = {
    ALARM: record.AlarmActions,
    INSUFFICIENT_DATA: record.InsufficientDataActions,
    OK: record.OKActions,
  };
  for (const [state, actions] of Object.entries(byState)) {
    for (const text of actions) {
      const action = alarmAction(text, scope);
      if (action === null) continue;
      const known = told.get(action.key) ?? { relation: action.kind, states: new Set() };
      known.states.add(state);
      told.set(action.key, known);
    }
  }
  return [...told].map(([key, { relation, states }]) => ({
    relation,
    key,
    attributes: { on: [...states].sort() },
  }));
}
