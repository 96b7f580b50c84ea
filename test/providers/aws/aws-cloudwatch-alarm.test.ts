import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-cloudwatch-alarm.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-cloudwatch-alarm.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

const arn = (name: string) => `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:pager`;

let moto: Moto;
let cloudWatch: CloudWatchClient;

beforeAll(async () => {
  moto = await startMotoEstate();
  cloudWatch = new CloudWatchClient({ region: REGION });
  const shared = {
    Namespace: 'AWS/RDS',
    MetricName: 'FreeStorageSpace',
    Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'orders' }],
    Statistic: 'Minimum' as const,
    Period: 300,
    EvaluationPeriods: 1,
    ComparisonOperator: 'LessThanThreshold' as const,
    Threshold: 1024,
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  };
  await cloudWatch.send(new PutMetricAlarmCommand({ ...shared, AlarmName: 'orders-storage' }));
  await cloudWatch.send(
    new PutMetricAlarmCommand({ ...shared, AlarmName: 'muted', ActionsEnabled: false }),
  );
  await cloudWatch.send(
    new SetAlarmStateCommand({
      AlarmName: 'orders-storage',
      StateValue: 'ALARM',
      StateReason: 'full',
    }),
  );
});
afterAll(() => moto?.close());

test('every alarm on metrics is found; one that fires is in order itself', async () => {
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.length).toBe(2);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    MetricAlarms.map(({ AlarmArn }) => AlarmArn).sort(),
  );
  const items = new Map(listed.map(({ item }) => [item.name, item]));
  expect(items.get('orders-storage')).toMatchObject({
    status: 'active',
    region: REGION,
    attributes: {
      alarm_type: 'metric',
      metric_name: 'FreeStorageSpace',
      dimensions: { DBInstanceIdentifier: 'orders' },
      comparison: 'LessThanThreshold',
      threshold: 1024,
      period_seconds: 300,
      alarm_actions: [TOPIC],
      state: 'ALARM',
      state_reason: 'full',
    },
  });
  expect(items.get('muted')?.status).toBe('inactive');
});

test('an alarm watches what its metric is of, and tells whom its actions name', async () => {
  const byId = new Map(
    (await listAll(resourceType)).map(({ native_id, references }) => [native_id, references]),
  );
  expect(byId.get(arn('orders-storage'))).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'watches', key: `arn:aws:rds:${REGION}:${ACCOUNT}:db:orders` },
    { relation: 'notifies', key: TOPIC, attributes: { on: ['ALARM', 'OK'] } },
  ]);
});

const scope = {
  provider: 'aws',
  account: '111111111111',
  account_name: null,
  region: 'us-west-2',
} as const;
const keysOf = (record: unknown, name: string) =>
  resourceType
    .references(resourceType.record.parse(record), scope)
    .flatMap(({ relation, key }) => (relation === name ? [key] : []));

test('a formula watches what each of its metrics is of, in the account that has it', () => {
  expect(keysOf(records[1], 'watches')).toEqual([
    'arn:aws:elasticloadbalancing:us-west-2:111111111111:loadbalancer/app/web/0c2d',
    'arn:aws:elasticloadbalancing:us-west-2:111111111111:targetgroup/web/0a1b',
    'arn:aws:lambda:us-west-2:222222222222:function:checkout',
  ]);
});

// moto has no PutCompositeAlarm.
test('a composite alarm depends on the alarms of its rule', () => {
  const alarm = 'arn:aws:cloudwatch:us-west-2:111111111111:alarm';
  expect(keysOf(records[2], 'combines')).toEqual([
    `${alarm}:checkout-errors`,
    `${alarm}:web-cpu-prod`,
  ]);
  expect(keysOf(records[2], 'silenced_by')).toEqual([`${alarm}:deploying`]);
  expect(keysOf(records[2], 'watches')).toEqual([]);
  const { attributes } = resourceType.toItem(resourceType.record.parse(records[2]), scope);
  expect(attributes?.alarm_type).toBe('composite');
});
