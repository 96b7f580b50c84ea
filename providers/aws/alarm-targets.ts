import { z } from 'zod';
import type { Scope } from '../../model/scope.ts';
import { arnOf, regionalArn } from './arn.ts';
import { count, listOf, text } from './fields.ts';
import { idKey, nameKey } from './keys.ts';
import { partitionOf } from './partition.ts';

/** A metric, as alarms name it; only with its dimensions does it measure something of its own. */
export const metricFields = {
  Namespace: text,
  MetricName: text,
  Dimensions: listOf(z.object({ Name: z.string(), Value: z.string() })),
};
const metricSchema = z.object(metricFields);
export type Metric = z.infer<typeof metricSchema>;

/** One metric or formula of an alarm that watches several. */
export const metricQuerySchema = z.object({
  /** The account that has the metric, where that is not the alarm's. */
  AccountId: text,
  Expression: text,
  MetricStat: z.object({ Metric: metricSchema, Period: count, Stat: text }).nullish(),
});

interface Measured {
  /** Dimensions that must all be there; the values are given to `key` in this order. */
  dimensions: readonly string[];
  /** Null: the name is unmistakable in every namespace, also in those of users. */
  namespaces: readonly string[] | null;
  key: (scope: Scope, ...values: string[]) => string;
}

const arn =
  (service: string, kind: string) =>
  (scope: Scope, ...names: string[]) =>
    regionalArn(scope, service, `${kind}${names.join('/')}`);
const id = (_scope: Scope, value: string) => idKey(value);

const ECS = ['AWS/ECS', 'ECS/ContainerInsights'];
const ELB = ['AWS/ApplicationELB', 'AWS/NetworkELB', 'AWS/GatewayELB'];
const RDS = ['AWS/RDS', 'AWS/DocDB', 'AWS/Neptune'];

/**
 * What metrics with these dimensions measure. Of entries with a dimension in common the first holds:
 * a metric of an ECS service has its cluster's name, too, and one of the agent on an instance its
 * group's. Source: the lists of metrics and dimensions in each service's user guide.
 */
const MEASURED: readonly Measured[] = [
  { dimensions: ['InstanceId'], namespaces: null, key: id },
  {
    dimensions: ['AutoScalingGroupName'],
    namespaces: null,
    key: (scope, name) => nameKey(scope, 'auto-scaling-group', name),
  },
  { dimensions: ['VolumeId'], namespaces: ['AWS/EBS'], key: id },
  { dimensions: ['TargetGroup'], namespaces: ELB, key: arn('elasticloadbalancing', '') },
  {
    dimensions: ['LoadBalancer'],
    namespaces: ELB,
    key: arn('elasticloadbalancing', 'loadbalancer/'),
  },
  {
    dimensions: ['LoadBalancerName'],
    namespaces: ['AWS/ELB'],
    key: arn('elasticloadbalancing', 'loadbalancer/'),
  },
  { dimensions: ['DBInstanceIdentifier'], namespaces: RDS, key: arn('rds', 'db:') },
  { dimensions: ['DBClusterIdentifier'], namespaces: RDS, key: arn('rds', 'cluster:') },
  {
    dimensions: ['CacheClusterId'],
    namespaces: ['AWS/ElastiCache'],
    key: arn('elasticache', 'cluster:'),
  },
  {
    dimensions: ['ReplicationGroupId'],
    namespaces: ['AWS/ElastiCache'],
    key: arn('elasticache', 'replicationgroup:'),
  },
  { dimensions: ['ClusterName', 'ServiceName'], namespaces: ECS, key: arn('ecs', 'service/') },
  { dimensions: ['ClusterName'], namespaces: ECS, key: arn('ecs', 'cluster/') },
  { dimensions: ['ClusterName'], namespaces: ['ContainerInsights'], key: arn('eks', 'cluster/') },
  { dimensions: ['FunctionName'], namespaces: ['AWS/Lambda'], key: arn('lambda', 'function:') },
  { dimensions: ['QueueName'], namespaces: ['AWS/SQS'], key: arn('sqs', '') },
  { dimensions: ['TopicName'], namespaces: ['AWS/SNS'], key: arn('sns', '') },
  { dimensions: ['TableName'], namespaces: ['AWS/DynamoDB'], key: arn('dynamodb', 'table/') },
  { dimensions: ['StreamName'], namespaces: ['AWS/Kinesis'], key: arn('kinesis', 'stream/') },
  { dimensions: ['FileSystemId'], namespaces: ['AWS/EFS'], key: id },
  {
    dimensions: ['ClusterIdentifier'],
    namespaces: ['AWS/Redshift'],
    key: arn('redshift', 'cluster:'),
  },
  {
    dimensions: ['ClientId', 'DomainName'],
    namespaces: ['AWS/ES'],
    key: (scope, account, name) => regionalArn({ ...scope, account }, 'es', `domain/${name}`),
  },
  {
    dimensions: ['Cluster Name'],
    namespaces: ['AWS/Kafka'],
    key: (scope, name) => nameKey(scope, 'msk-cluster', name),
  },
  {
    dimensions: ['BucketName'],
    namespaces: ['AWS/S3'],
    key: ({ region }, resource) =>
      arnOf({
        partition: partitionOf(region).id,
        service: 's3',
        region: '',
        account: '',
        resource,
      }),
  },
  {
    dimensions: ['ApiId'],
    namespaces: ['AWS/ApiGateway'],
    key: (scope, api) => regionalArn({ ...scope, account: '' }, 'apigateway', `/apis/${api}`),
  },
  { dimensions: ['NatGatewayId'], namespaces: ['AWS/NATGateway'], key: id },
  { dimensions: ['TransitGatewayAttachment'], namespaces: ['AWS/TransitGateway'], key: id },
  { dimensions: ['TransitGateway'], namespaces: ['AWS/TransitGateway'], key: id },
  { dimensions: ['VpnId'], namespaces: ['AWS/VPN'], key: id },
  { dimensions: ['VPC Endpoint Id'], namespaces: ['AWS/PrivateLinkEndpoints'], key: id },
  { dimensions: ['DistributionId'], namespaces: ['AWS/CloudFront'], key: id },
  { dimensions: ['HealthCheckId'], namespaces: ['AWS/Route53'], key: id },
  {
    dimensions: ['CertificateArn'],
    namespaces: ['AWS/CertificateManager'],
    key: (_scope, certificate) => certificate,
  },
];

/** Dimensions that only say where the thing of another dimension is. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  AutoScalingGroupName: ['InstanceId'],
  TransitGateway: ['TransitGatewayAttachment'],
};

/**
 * The keys of what a metric measures, sorted; none for metrics of whole accounts and of users' own.
 *
 * @param account that has the metric; the scope's where it is null
 */
export function measuredBy(
  { Namespace, Dimensions }: Metric,
  scope: Scope,
  account: string | null = null,
): string[] {
  const place = { ...scope, account: account ?? scope.account };
  const values = new Map(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const told = new Set<string>();
  const keys = new Set<string>();
  for (const { dimensions, namespaces, key } of MEASURED) {
    if (namespaces !== null && !namespaces.includes(Namespace ?? '')) continue;
    const named = dimensions.flatMap((name) => values.get(name) ?? []);
    if (named.length < dimensions.length) continue;
    if (dimensions.some((name) => told.has(name))) continue;
    if (dimensions.some((name) => PLACES[name]?.some((other) => told.has(other)))) continue;
    for (const name of dimensions) told.add(name);
    keys.add(key(place, ...named));
  }
  return [...keys].sort();
}
