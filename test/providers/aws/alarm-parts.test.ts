import { describe, expect, test } from '@jest/globals';
import { alarmAction, combinedAlarms } from '../../../providers/aws/alarm-actions.ts';
import { measuredBy } from '../../../providers/aws/alarm-targets.ts';

const scope = {
  provider: 'aws',
  account: '111111111111',
  account_name: null,
  region: 'us-west-2',
} as const;
const arn = (service: string, resource: string, account = '111111111111') =>
  `arn:aws:${service}:us-west-2:${account}:${resource}`;

describe('a metric is of what its dimensions name', () => {
  const cases: Array<[string, Record<string, string>, string[]]> = [
    ['AWS/EC2', { InstanceId: 'i-0a' }, ['aws:i-0a']],
    ['Acme', { InstanceId: 'i-0a' }, ['aws:i-0a']],
    [
      'AWS/EC2',
      { AutoScalingGroupName: 'web' },
      ['aws:111111111111/us-west-2/auto-scaling-group/web'],
    ],
    // The agent tells the group of its instance; it measures the instance.
    ['CWAgent', { AutoScalingGroupName: 'web', InstanceId: 'i-0a' }, ['aws:i-0a']],
    ['AWS/EC2', { InstanceType: 't3.micro' }, []],
    ['AWS/EBS', { VolumeId: 'vol-0a' }, ['aws:vol-0a']],
    [
      'AWS/ApplicationELB',
      { LoadBalancer: 'app/web/0a', TargetGroup: 'targetgroup/web/0b', AvailabilityZone: 'a' },
      [
        arn('elasticloadbalancing', 'loadbalancer/app/web/0a'),
        arn('elasticloadbalancing', 'targetgroup/web/0b'),
      ],
    ],
    ['AWS/ELB', { LoadBalancerName: 'old' }, [arn('elasticloadbalancing', 'loadbalancer/old')]],
    ['AWS/RDS', { DBInstanceIdentifier: 'orders' }, [arn('rds', 'db:orders')]],
    ['AWS/DocDB', { DBClusterIdentifier: 'docs', Role: 'WRITER' }, [arn('rds', 'cluster:docs')]],
    [
      'AWS/ElastiCache',
      { CacheClusterId: 'carts', CacheNodeId: '0001' },
      [arn('elasticache', 'cluster:carts')],
    ],
    ['AWS/ECS', { ClusterName: 'shop', ServiceName: 'web' }, [arn('ecs', 'service/shop/web')]],
    ['AWS/ECS', { ClusterName: 'shop' }, [arn('ecs', 'cluster/shop')]],
    ['ContainerInsights', { ClusterName: 'shop', Namespace: 'a' }, [arn('eks', 'cluster/shop')]],
    ['AWS/Lambda', { FunctionName: 'f', Resource: 'f:live' }, [arn('lambda', 'function:f')]],
    ['AWS/SQS', { QueueName: 'jobs' }, [arn('sqs', 'jobs')]],
    ['AWS/SNS', { TopicName: 'pager' }, [arn('sns', 'pager')]],
    ['AWS/DynamoDB', { TableName: 't', Operation: 'Query' }, [arn('dynamodb', 'table/t')]],
    ['AWS/Kinesis', { StreamName: 'clicks' }, [arn('kinesis', 'stream/clicks')]],
    ['AWS/EFS', { FileSystemId: 'fs-0a' }, ['aws:fs-0a']],
    ['AWS/Redshift', { ClusterIdentifier: 'dwh', NodeID: '0' }, [arn('redshift', 'cluster:dwh')]],
    [
      'AWS/ES',
      { DomainName: 'logs', ClientId: '222222222222' },
      [arn('es', 'domain/logs', '222222222222')],
    ],
    ['AWS/Kafka', { 'Cluster Name': 'bus' }, ['aws:111111111111/us-west-2/msk-cluster/bus']],
    ['AWS/S3', { BucketName: 'assets', StorageType: 'All' }, ['arn:aws:s3:::assets']],
    ['AWS/ApiGateway', { ApiId: 'a1' }, ['arn:aws:apigateway:us-west-2::/apis/a1']],
    [
      'AWS/TransitGateway',
      { TransitGateway: 'tgw-0a', TransitGatewayAttachment: 'tgw-attach-0b' },
      ['aws:tgw-attach-0b'],
    ],
    ['AWS/CloudFront', { DistributionId: 'E1', Region: 'Global' }, ['aws:E1']],
    // A name that means something only in the namespace that it comes from.
    ['Acme', { QueueName: 'jobs', ClusterName: 'shop' }, []],
    ['AWS/Usage', { Service: 'EC2' }, []],
  ];
  test.each(cases)('%s %j', (Namespace, dimensions, keys) => {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    expect(measuredBy({ Namespace, MetricName: 'm', Dimensions }, scope)).toEqual(keys);
  });

  test('in the account that has the metric', () => {
    const metric = {
      Namespace: 'AWS/SQS',
      MetricName: 'm',
      Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
    };
    expect(measuredBy(metric, scope, '222222222222')).toEqual([arn('sqs', 'jobs', '222222222222')]);
  });
});

test.each([
  [arn('sns', 'pager'), { kind: 'notifies', key: arn('sns', 'pager') }],
  [arn('lambda', 'function:f'), { kind: 'notifies', key: arn('lambda', 'function:f') }],
  [arn('lambda', 'function:f:7'), { kind: 'notifies', key: arn('lambda', 'function:f') }],
  [
    arn('autoscaling', 'scalingPolicy:0a:autoScalingGroupName/web:policyName/out'),
    { kind: 'scales', key: 'aws:111111111111/us-west-2/auto-scaling-group/web' },
  ],
  [
    arn('autoscaling', 'scalingPolicy:0a:resource/ecs/service/shop/web:policyName/out'),
    { kind: 'scales', key: arn('ecs', 'service/shop/web') },
  ],
  [
    arn('autoscaling', 'scalingPolicy:0a:resource/dynamodb/table/t/index/i:policyName/out'),
    { kind: 'scales', key: arn('dynamodb', 'table/t') },
  ],
  [arn('ssm', 'opsitem:1'), null],
  ['arn:aws:automate:us-west-2:ec2:stop', null],
  ['no arn', null],
])('the action %s', (action, expected) => {
  expect(alarmAction(action, scope)).toEqual(expected);
});

test.each([
  ['ALARM("a b") AND (NOT OK(c) OR INSUFFICIENT_DATA( "d" ))', ['a b', 'c', 'd']],
  [`ALARM(${arn('cloudwatch', 'alarm:a')}) OR ALARM("a")`, ['a']],
  ['AT_LEAST(2, ALARM, (a, "b(1)", c)) AND NOT ALARM(d)', ['a', 'b(1)', 'c', 'd']],
  ['AT_LEAST(60%, NOT OK, (a, b))', ['a', 'b']],
  ['TRUE', []],
])('the alarms of the rule %s', (rule, names) => {
  expect(combinedAlarms(rule, scope)).toEqual(
    names.map((name) => arn('cloudwatch', `alarm:${name}`)),
  );
});
