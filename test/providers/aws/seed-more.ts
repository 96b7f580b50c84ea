import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateFileSystemCommand, CreateMountTargetCommand, EFSClient } from '@aws-sdk/client-efs';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateDomainCommand, OpenSearchClient } from '@aws-sdk/client-opensearch';
import {
  CreateClusterCommand,
  CreateClusterSubnetGroupCommand,
  RedshiftClient,
} from '@aws-sdk/client-redshift';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { REGION } from './moto-estate.ts';
import type { Network } from './seed-moto.ts';

const AT = { region: REGION };

/** Adds what stores and watches beside the servers: a file system, a stream, clusters, alarms. */
export async function seedMore({ subnet_id, instance_ids }: Network): Promise<void> {
  const efs = new EFSClient(AT);
  const { FileSystemId } = await efs.send(new CreateFileSystemCommand({ CreationToken: 'files' }));
  await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: subnet_id }));

  // Its client would choose HTTP/2, which moto does not speak.
  const kinesis = new KinesisClient({ ...AT, requestHandler: new NodeHttpHandler() });
  await kinesis.send(new CreateStreamCommand({ StreamName: 'clicks', ShardCount: 1 }));

  await new OpenSearchClient(AT).send(new CreateDomainCommand({ DomainName: 'logs' }));
  await seedRedshift(subnet_id);
  await seedAlarm('AWS/EC2', 'InstanceId', instance_ids[0] ?? '');
  await seedAlarm('AWS/Kinesis', 'StreamName', 'clicks');
}

async function seedRedshift(subnetId: string): Promise<void> {
  const redshift = new RedshiftClient(AT);
  await redshift.send(
    new CreateClusterSubnetGroupCommand({
      ClusterSubnetGroupName: 'data',
      Description: 'data',
      SubnetIds: [subnetId],
    }),
  );
  await redshift.send(
    new CreateClusterCommand({
      ClusterIdentifier: 'sales',
      NodeType: 'ra3.xlplus',
      MasterUsername: 'admin',
      MasterUserPassword: 'hunter2Hunter2',
      ClusterSubnetGroupName: 'data',
    }),
  );
}

async function seedAlarm(Namespace: string, dimension: string, value: string): Promise<void> {
  await new CloudWatchClient(AT).send(
    new PutMetricAlarmCommand({
      AlarmName: `${dimension} of ${value}`,
      Namespace,
      MetricName: 'Load',
      Dimensions: [{ Name: dimension, Value: value }],
      Statistic: 'Average',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 90,
    }),
  );
}
