import {
  CreateFlowLogsCommand,
  CreateVpcCommand,
  DescribeFlowLogsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as flowLog } from '../../../providers/aws/resources/aws-flow-log.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-flow-log.ts';
import { listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let ec2: EC2Client;
let vpcId: string;

beforeAll(async () => {
  moto = await startMotoEstate();
  ec2 = new EC2Client({ region: REGION });
  vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  await new S3Client({ region: REGION, forcePathStyle: true }).send(
    new CreateBucketCommand({
      Bucket: 'flows',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: 'VPC',
      ResourceIds: [vpcId],
      TrafficType: 'REJECT',
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::flows',
    }),
  );
});
afterAll(() => moto?.close());

test('a flow log monitors its VPC and writes to its bucket', async () => {
  const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
  const listed = await listAll(flowLog);
  expect(listed.map(({ item }) => item.name)).toEqual(FlowLogs.map(({ FlowLogId }) => FlowLogId));
  expect(listed[0]?.item).toMatchObject({
    status: 'active',
    attributes: { traffic_type: 'REJECT', destination_type: 's3' },
  });
  expect(listed[0]?.references).toEqual(
    expect.arrayContaining([
      { relation: 'records', key: `aws:${vpcId}` },
      { relation: 'writes_to', key: 'arn:aws:s3:::flows' },
    ]),
  );
});

test('one whose logs do not arrive has failed; a folder is part of its bucket', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const parsed = records.map((record) => flowLog.record.parse(record));
  expect(parsed.map((record) => flowLog.toItem(record, scope).status)).toEqual([
    'active',
    'failed',
  ]);
  const [folder] = parsed
    .flatMap((record) => flowLog.references(record, scope))
    .filter(({ relation }) => relation === 'writes_to');
  expect(folder?.key).toBe('arn:aws:s3:::acme-flow-logs');
});
