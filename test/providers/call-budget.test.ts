import { expect, test } from '@jest/globals';
import { CALL_LIMITS, callsPerSecond } from '../../providers/aws/call-rates.ts';
import { CallBudget } from '../../providers/call-budget.ts';

test('calls of one key go five at a time, those of another key beside them', async () => {
  const budget = new CallBudget(CALL_LIMITS);
  const open = new Map<string, number>();
  let most = 0;
  const call = (key: string) => async () => {
    open.set(key, (open.get(key) ?? 0) + 1);
    most = Math.max(most, open.get(key) ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open.set(key, (open.get(key) ?? 0) - 1);
    return key;
  };
  const keys = Array.from({ length: 30 }, (_, n) => (n % 2 ? 'ec2' : 's3'));
  expect(await Promise.all(keys.map((key) => budget.spend(key, call(key))))).toEqual(keys);
  expect(most).toBe(5);
});

test('more calls than a second allows wait for the next', async () => {
  const budget = new CallBudget(CALL_LIMITS);
  const started: number[] = [];
  const call = async () => void started.push(performance.now());
  await Promise.all(Array.from({ length: 45 }, () => budget.spend('ec2', call)));
  const first = started[0] ?? 0;
  const inFirst = started.filter((at) => at - first < 900).length;
  expect(inFirst).toBeLessThanOrEqual(20);
});

test('a call that fails gives its place to the next', async () => {
  const budget = new CallBudget(CALL_LIMITS);
  const failing = Array.from({ length: 12 }, () =>
    budget.spend('ec2', () => Promise.reject(new Error('no'))),
  );
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(await budget.spend('ec2', async () => 'yes')).toBe('yes');
});

test('a service that allows less gets less', async () => {
  expect(callsPerSecond('Route53Client')).toBe(5);
  expect(callsPerSecond('EC2Client')).toBe(20);
  const budget = new CallBudget(CALL_LIMITS);
  const started: number[] = [];
  const call = async () => void started.push(performance.now());
  await Promise.all(Array.from({ length: 8 }, () => budget.spend('route53', call, 5)));
  const first = started[0] ?? 0;
  expect(started.filter((at) => at - first < 900).length).toBe(5);
});

test('calls one after another are paced like those at once', async () => {
  const budget = new CallBudget(CALL_LIMITS);
  const started = performance.now();
  for (let call = 0; call < 5; call += 1) await budget.spend('a', async () => call, 2);
  // Two in each second: the fifth has to wait for the third.
  expect(performance.now() - started).toBeGreaterThan(1_500);
});
