import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateCacheClusterCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ACCOUNT, REGION } from './moto-estate.ts';
import type { Network } from './seed-moto.ts';

/** Makes in moto what keeps data and passes it on: a DB cluster, caches, a table, queues, a topic. */
export async function seedData({ subnet_id, database_group }: Network): Promise<void> {
  await seedDatabaseCluster(database_group);
  await seedCaches(subnet_id);
  await new DynamoDBClient({ region: REGION }).send(
    new CreateTableCommand({
      TableName: 'baskets',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await seedMessaging();
}

/** The subnet group and the instance `orders` are those of `seedMoto`. */
async function seedDatabaseCluster(databaseGroup: string): Promise<void> {
  const rds = new RDSClient({ region: REGION });
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'stock',
      Engine: 'aurora-postgresql',
      MasterUsername: 'admin',
      MasterUserPassword: 'hunter2hunter2',
      DBSubnetGroupName: 'orders',
      VpcSecurityGroupIds: [databaseGroup],
    }),
  );
  for (const name of ['stock-a', 'stock-b']) {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBInstanceClass: 'db.r6g.large',
        Engine: 'aurora-postgresql',
        DBClusterIdentifier: 'stock',
      }),
    );
  }
  await rds.send(
    new CreateDBSnapshotCommand({
      DBInstanceIdentifier: 'orders',
      DBSnapshotIdentifier: 'orders-weekly',
    }),
  );
  await rds.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: 'stock',
      DBClusterSnapshotIdentifier: 'stock-weekly',
    }),
  );
}

async function seedCaches(subnetId: string): Promise<void> {
  const cache = new ElastiCacheClient({ region: REGION });
  await cache.send(
    new CreateCacheSubnetGroupCommand({
      CacheSubnetGroupName: 'caches',
      CacheSubnetGroupDescription: 'caches',
      SubnetIds: [subnetId],
    }),
  );
  await cache.send(
    new CreateCacheClusterCommand({
      CacheClusterId: 'pages',
      Engine: 'memcached',
      CacheNodeType: 'cache.t4g.micro',
      NumCacheNodes: 2,
      CacheSubnetGroupName: 'caches',
    }),
  );
  await cache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: 'sessions',
      ReplicationGroupDescription: 'sessions',
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
    }),
  );
}

/** The bucket `assets` is that of `seedMoto`. */
async function seedMessaging(): Promise<void> {
  const sqs = new SQSClient({ region: REGION });
  const arn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const policy = { deadLetterTargetArn: arn('dead'), maxReceiveCount: 5 };
  await sqs.send(
    new CreateQueueCommand({
      QueueName: 'uploads',
      Attributes: { RedrivePolicy: JSON.stringify(policy) },
    }),
  );
  const sns = new SNSClient({ region: REGION });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'orders' }));
  const endpoints = { sqs: arn('uploads'), email: 'somebody@example.org' };
  for (const [Protocol, Endpoint] of Object.entries(endpoints)) {
    await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  }
  await new S3Client({ region: REGION, forcePathStyle: true }).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: 'assets',
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: arn('uploads'), Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );
}
