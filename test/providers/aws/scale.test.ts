import { randomUUID } from 'node:crypto';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DISCOVERY_WORKFLOW } from '../../../model/discovery-workflow.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import type { DiscoveryResult } from '../../../workflows/discover-infrastructure.ts';
import { startMinistack } from '../../support/emulators/ministack.ts';
import type { RunningServer } from '../../support/emulators/python-server.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { pointSdkAt, REGION } from './moto-estate.ts';

const INSTANCES = 10_000;
const INSTANCES_A_CALL = 1_000;

let server: RunningServer;
let pipeline: Pipeline;
const launched = new Set<string>();

beforeAll(async () => {
  server = pointSdkAt(await startMinistack());
  const ec2 = new EC2Client({ region: REGION });
  const command = new RunInstancesCommand({
    ImageId: 'ami-0abc1234',
    InstanceType: 't3.micro',
    MinCount: INSTANCES_A_CALL,
    MaxCount: INSTANCES_A_CALL,
  });
  for (let made = 0; made < INSTANCES; made += INSTANCES_A_CALL) {
    const { Instances } = await ec2.send(command);
    for (const { InstanceId } of Instances ?? []) if (InstanceId) launched.add(InstanceId);
  }
  pipeline = await startPipeline(await loadRegistry());
}, 300_000);
afterAll(async () => {
  await pipeline?.close();
  await server?.close();
});

test('10,000 instances are found, each once', async () => {
  expect(launched.size).toBe(INSTANCES);
  const result: DiscoveryResult = await pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [{ providers: ['aws'], regions: [REGION], resource_types: ['aws_ec2_instance'] }],
  });
  expect(result.status).toBe('completed');
  const rows = await pipeline.db
    .selectFrom('items')
    .select('name')
    .where('resource_type', '=', 'aws_ec2_instance')
    .execute();
  expect(rows.length).toBe(INSTANCES);
  expect(new Set(rows.map(({ name }) => name))).toEqual(launched);
}, 120_000);
