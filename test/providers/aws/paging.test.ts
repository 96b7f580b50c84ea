import { expect, test } from '@jest/globals';
import { CALL_LIMITS } from '../../../providers/aws/access.ts';
import { type AwsClient, createAwsClient } from '../../../providers/aws/client.ts';
import { toAwsFault } from '../../../providers/aws/errors.ts';
import { resourceType as volume } from '../../../providers/aws/resources/aws-ebs-volume.ts';
import { CallBudget } from '../../../providers/call-budget.ts';
import { type FakeEc2, startFakeEc2 } from './fake-ec2.ts';
import { NOT_CANCELLED } from './moto-estate.ts';

async function withFake<T>(
  volumes: number,
  act: (fake: FakeEc2, aws: AwsClient) => Promise<T>,
): Promise<T> {
  await using fake = await startFakeEc2(volumes);
  const before = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = fake.url;
  try {
    return await act(fake, client());
  } finally {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = before;
  }
}

function client(): AwsClient {
  return createAwsClient({
    account: '111111111111',
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'testing', secretAccessKey: 'testing' }),
    budget: new CallBudget(CALL_LIMITS),
    is_endpoint_overridden: true,
  });
}

async function idsOf(aws: AwsClient, from: string | null = null): Promise<unknown[]> {
  const ids: unknown[] = [];
  let token = from;
  do {
    const page = await volume.listPage(aws, token, NOT_CANCELLED);
    ids.push(...page.records.map((record) => volume.record.parse(record).VolumeId));
    token = page.next_page_token;
  } while (token !== null);
  return ids;
}

test('pages are followed to the end, and a listing goes on at a token of another client', async () => {
  await withFake(5, async (fake, aws) => {
    expect(await idsOf(aws)).toEqual(['vol-0', 'vol-1', 'vol-2', 'vol-3', 'vol-4']);
    expect(fake.asked).toEqual([null, '2', '4']);
    expect(await idsOf(client(), '4')).toEqual(['vol-4']);
  });
});

test('throttling at every third call loses nothing', async () => {
  await withFake(12, async (fake, aws) => {
    fake.refuse = (call) => (call % 3 === 0 ? { status: 503, code: 'RequestLimitExceeded' } : null);
    expect((await idsOf(aws)).length).toBe(12);
  });
});

test('throttling without end is told as such, with the time to wait', async () => {
  await withFake(2, async (fake, aws) => {
    let calls = 0;
    fake.refuse = (call) => {
      calls = call;
      return { status: 503, code: 'RequestLimitExceeded', headers: { 'retry-after': '1' } };
    };
    const error = await idsOf(aws).catch((thrown: unknown) => thrown);
    expect(toAwsFault(error, volume.permissions)).toMatchObject({
      kind: 'throttled',
      code: 'RequestLimitExceeded',
      retry_after_ms: 1000,
    });
    expect(calls).toBe(3);
  });
});

test('a refusal in mid-list names the permission', async () => {
  await withFake(4, async (fake, aws) => {
    fake.refuse = (call) => (call === 2 ? { status: 403, code: 'UnauthorizedOperation' } : null);
    const error = await idsOf(aws).catch((thrown: unknown) => thrown);
    expect(toAwsFault(error, volume.permissions)).toMatchObject({
      kind: 'denied',
      missing_permission: 'ec2:DescribeVolumes',
    });
  });
});

test('a cancelled listing calls nobody', async () => {
  await withFake(4, async (fake, aws) => {
    await expect(volume.listPage(aws, null, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(fake.asked).toEqual([]);
  });
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
