import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import { CALL_LIMITS } from '../../../providers/aws/call-rates.ts';
import { type AwsClient, createAwsClient } from '../../../providers/aws/client.ts';
import { toAwsFault } from '../../../providers/aws/errors.ts';
import { resourceType as volume } from '../../../providers/aws/resources/aws-ebs-volume.ts';
import { CallBudget } from '../../../providers/call-budget.ts';
import { NOT_CANCELLED } from './moto-estate.ts';

/** Three pages of volumes, 500 of which make a page. */
const VOLUMES = 1_225;

let synthetic: Synthetic;
let endpointBefore: string | undefined;

beforeAll(async () => {
  synthetic = await startSynthetic({ aws: { resources: 3_500, regions: ['eu-west-1'] } });
  endpointBefore = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = synthetic.url;
});
beforeEach(async () => {
  await synthetic.setFaults({});
  await synthetic.resetStatistics();
});
afterAll(async () => {
  if (endpointBefore === undefined) delete process.env.AWS_ENDPOINT_URL;
  else process.env.AWS_ENDPOINT_URL = endpointBefore;
  await synthetic?.[Symbol.asyncDispose]();
});

function client(): AwsClient {
  return createAwsClient({
    account: '111111111111',
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'testing', secretAccessKey: 'testing' }),
    budget: new CallBudget(CALL_LIMITS),
    is_endpoint_overridden: true,
  });
}

async function idsOf(aws: AwsClient, from: string | null = null): Promise<Set<string>> {
  const ids = new Set<string>();
  let token = from;
  do {
    const page = await volume.listPage(aws, token, NOT_CANCELLED);
    for (const record of page.records) ids.add(volume.record.parse(record).VolumeId);
    token = page.next_page_token;
  } while (token !== null);
  return ids;
}

async function faultOf(aws: AwsClient) {
  const error = await idsOf(aws).catch((thrown: unknown) => thrown);
  return toAwsFault(error, volume.permissions);
}

test('pages are followed to the end, and a listing goes on at a token of another client', async () => {
  const all = await idsOf(client());
  expect(all.size).toBe(VOLUMES);
  expect((await synthetic.statistics()).operations).toEqual({ 'ec2:DescribeVolumes': 3 });
  const rest = await idsOf(client(), '1000');
  expect([...rest]).toEqual([...all].slice(1_000));
});

test('throttling at every third call loses nothing', async () => {
  await synthetic.setFaults({ throttle_every: 3 });
  expect((await idsOf(client())).size).toBe(VOLUMES);
  expect((await synthetic.statistics()).throttled).toBe(1);
});

test('throttling without end is told as such, with the time to wait, after three attempts', async () => {
  await synthetic.setFaults({ throttle_every: 1, retry_after_s: 1 });
  expect(await faultOf(client())).toMatchObject({
    kind: 'throttled',
    code: 'RequestLimitExceeded',
    retry_after_ms: 1000,
  });
  expect((await synthetic.statistics()).calls).toBe(3);
});

test('a refusal names the permission, and is not tried again', async () => {
  await synthetic.setFaults({ denied: [{ operation: 'ec2:DescribeVolumes' }] });
  expect(await faultOf(client())).toMatchObject({
    kind: 'denied',
    missing_permission: 'ec2:DescribeVolumes',
  });
  expect((await synthetic.statistics()).calls).toBe(1);
});

test('a server that fails in mid-list is a passing fault, told after the first page', async () => {
  await synthetic.setFaults({ failed_in_mid_list: [{ operation: 'ec2:*' }] });
  const first = await volume.listPage(client(), null, NOT_CANCELLED);
  expect(first.records.length).toBe(500);
  expect(await faultOf(client())).toMatchObject({ kind: 'transient', missing_permission: null });
});

test('a body that comes slowly is waited for', async () => {
  await synthetic.setFaults({ slow_body_ms: 100 });
  expect((await idsOf(client())).size).toBe(VOLUMES);
});

test('a cancelled listing calls nobody', async () => {
  await expect(volume.listPage(client(), null, AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect((await synthetic.statistics()).calls).toBe(0);
});

test('calls to one service share a budget; calls to another do not wait for it', async () => {
  const budget = new CallBudget(CALL_LIMITS);
  const running = new Map<string, number>();
  let most = 0;
  const call = (key: string) =>
    budget.spend(key, async () => {
      running.set(key, (running.get(key) ?? 0) + 1);
      most = Math.max(most, running.get(key) ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.set(key, (running.get(key) ?? 0) - 1);
      return key;
    });
  const keys = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'a' : 'b'));
  expect(await Promise.all(keys.map(call))).toEqual(keys);
  expect(most).toBe(5);
  await expect(budget.spend('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
