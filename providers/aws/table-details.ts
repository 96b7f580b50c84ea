import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { AwsClient } from './client.ts';
import { type Detail, deniedReads, readDetail } from './read-detail.ts';

/**
 * One DynamoDB table as a record, of which the listing tells the name alone.
 *
 * @param tags the tags of all tables by ARN, told with what was refused of the other details
 * @returns nothing where the table was deleted since it was listed
 */
export async function tableRecord(
  aws: AwsClient,
  name: string,
  tags: Detail<ReadonlyMap<string, unknown>>,
  signal: AbortSignal,
) {
  const options = { abortSignal: signal };
  const dynamodb = aws.service(DynamoDBClient);
  const description = await readDetail(
    'dynamodb:DescribeTable',
    () => dynamodb.send(new DescribeTableCommand({ TableName: name }), options),
    ['ResourceNotFoundException'],
  );
  if (description.value === null && description.denied === null) return [];
  const backups = await readDetail(
    'dynamodb:DescribeContinuousBackups',
    () => dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: name }), options),
    ['TableNotFoundException', 'ContinuousBackupsUnavailableException'],
  );
  const table = description.value?.Table;
  return [
    {
      ...table,
      TableName: name,
      PointInTimeRecovery:
        backups.value?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription,
      Tags: tags.value?.get(table?.TableArn ?? ''),
      DeniedReads: deniedReads([description, backups, tags]),
    },
  ];
}
