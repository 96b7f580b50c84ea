import { expect, test } from '@jest/globals';
import { regressionsOf } from '../../bench/baseline.ts';
import type { Figure } from '../../bench/benchmark.ts';

const atMost = (value: number, unit = '×'): Figure => ({
  name: 'time',
  value,
  unit,
  reach: { at_most: 1 },
});
const atLeast = (value: number): Figure => ({
  name: 'rate',
  value,
  unit: '×',
  reach: { at_least: 1 },
});
const BASELINE = { discovery: { time: 4, rate: 4 } };

test('what has become worse by more than a quarter is a regression, whichever way is better', () => {
  expect(regressionsOf('discovery', [atMost(5), atLeast(3.2)], BASELINE)).toEqual([]);
  expect(regressionsOf('discovery', [atMost(5.01), atLeast(3.19)], BASELINE)).toEqual([
    { benchmark: 'discovery', figure: 'time', baseline: 4, measured: 5.01 },
    { benchmark: 'discovery', figure: 'rate', baseline: 4, measured: 3.19 },
  ]);
});

test('what is better, new, absolute or only explains is none', () => {
  const figures: Figure[] = [
    atMost(0.1),
    atLeast(40),
    { ...atMost(100), name: 'new' },
    atMost(100, 's'),
    { ...atMost(100), reach: null },
  ];
  expect(regressionsOf('discovery', figures, BASELINE)).toEqual([]);
  expect(regressionsOf('another', [atMost(100)], BASELINE)).toEqual([]);
});
