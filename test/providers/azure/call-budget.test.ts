import { expect, test } from '@jest/globals';
import { CallBudget } from '../../../providers/azure/call-budget.ts';

test('calls of one subscription go ten at a time, those of another beside them', async () => {
  const budget = new CallBudget();
  const open = new Map<string, number>();
  let most = 0;
  const call = (key: string) => async () => {
    open.set(key, (open.get(key) ?? 0) + 1);
    most = Math.max(most, open.get(key) ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open.set(key, (open.get(key) ?? 0) - 1);
    return key;
  };
  const keys = Array.from({ length: 60 }, (_, n) => (n % 2 ? 'one' : 'other'));
  expect(await Promise.all(keys.map((key) => budget.spend(key, call(key))))).toEqual(keys);
  expect(most).toBe(10);
});

test('calls one after the other are counted, too: one too many waits for its turn', async () => {
  const budget = new CallBudget({ limit: 5, interval: 1_000 });
  const started: number[] = [];
  const call = async () => void started.push(performance.now());
  for (let n = 0; n < 6; n += 1) await budget.spend('one', call);
  const [first = 0, , , , fifth = 0, sixth = 0] = started;
  expect(fifth - first).toBeLessThan(900);
  expect(sixth - first).toBeGreaterThanOrEqual(990);
});

test('a call that fails gives its place to the next', async () => {
  const budget = new CallBudget();
  const failing = Array.from({ length: 12 }, () =>
    budget.spend('one', () => Promise.reject(new Error('no'))),
  );
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(await budget.spend('one', async () => 'yes')).toBe('yes');
});
