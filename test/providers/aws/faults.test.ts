import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../../model/discovery-workflow.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import type { DiscoveryResult } from '../../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { pointSdkAt } from './moto-estate.ts';

const ACCOUNTS = ['111111111111', '222222222222'];
const REGIONS = ['us-east-1', 'eu-west-1'];
/** Volumes make more than one page in each region. */
const RESOURCES = 6_000;

let synthetic: Synthetic;
let pipeline: Pipeline;
let stopPointing: () => Promise<void>;

beforeAll(async () => {
  const aws = { resources: RESOURCES, accounts: ACCOUNTS, regions: REGIONS };
  synthetic = await startSynthetic({ aws });
  const close = async () => synthetic[Symbol.asyncDispose]();
  stopPointing = pointSdkAt({
    url: synthetic.url,
    close,
    runPython: () => Promise.reject(new Error('It is not written in Python.')),
    [Symbol.asyncDispose]: close,
  }).close;
  pipeline = await startPipeline(await loadRegistry(), {
    sources: { aws: { role_arns: [`arn:aws:iam::${ACCOUNTS[1]}:role/discovery`] } },
  });
}, 300_000);
afterAll(async () => {
  await pipeline?.close();
  await stopPointing?.();
});

async function discover() {
  const result: DiscoveryResult = await pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [{ providers: ['aws'] }],
  });
  return { ...result, slices: await listRunSlices(pipeline.db, result.run_id, 10_000) };
}

async function population(): Promise<unknown> {
  const { rows } = await sql`
    select count(*) as items, count(missing_since) as missing, count(retired_at) as retired,
      count(distinct account) as accounts
    from items
  `.execute(pipeline.db);
  return rows[0];
}

test('a denied region and a list that breaks off lose their own slices, and nothing else', async () => {
  const first = await discover();
  expect(first.status).toBe('completed');
  const before = await population();
  expect(before).toMatchObject({ missing: 0, retired: 0, accounts: 2 });

  await synthetic.setFaults({
    throttle_every: 7,
    denied: [{ account: '111111111111', region: 'us-east-1', operation: 'ec2:*' }],
    failed_in_mid_list: [
      { account: '222222222222', region: 'eu-west-1', operation: 'ec2:DescribeVolumes' },
    ],
  });
  const second = await discover();
  expect(second.status).toBe('completed_with_errors');
  const lost = second.slices.filter(({ state }) => state !== 'complete');
  const denied = lost.filter(({ state }) => state === 'denied');
  expect(denied.length).toBeGreaterThan(5);
  for (const slice of denied) {
    expect(slice).toMatchObject({ account: '111111111111', region: 'us-east-1' });
    expect(slice.missing_permission).toMatch(/^ec2:Describe/);
  }
  expect(lost.filter(({ state }) => state !== 'denied')).toMatchObject([
    {
      account: '222222222222',
      region: 'eu-west-1',
      resource_type: 'aws_ebs_volume',
      state: 'failed',
      error_code: 'InternalError',
    },
  ]);
  // Whatever was not proven gone is there, as it was.
  expect(await population()).toEqual(before);
}, 240_000);
