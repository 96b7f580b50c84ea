import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FailureGraphBuilder } from '../../../model/failure-graph/failure-graph.ts';
import { type OutagesOfEach, outagesOfEach } from '../../../model/failure-graph/outages-of-each.ts';
import { naiveSinglePoints } from '../../support/naive-failures.ts';
import type { Part } from '../../support/parts.ts';
import { randomParts } from '../../support/random-parts.ts';

function worked(
  builder: FailureGraphBuilder,
  up: Uint8Array,
  { kinds = new Uint8Array(up.length), kind_count = 1, max_steps = 1e9 } = {},
): OutagesOfEach & { turns: number } {
  const work = outagesOfEach(builder.build(up), { kinds, kind_count, max_steps });
  for (let turns = 1; ; turns++) {
    const { done, value } = work.next();
    if (done) return { ...value, turns };
  }
}

/** Parts as numbers, their links as needs, in the order in which they stand. */
function outagesOf(parts: readonly Part[], kindOf: (part: Part) => number): number[][] {
  const numbers = new Map(parts.map(({ id }, index) => [id, index]));
  const builder = new FailureGraphBuilder();
  const groups = new Map<string, number>();
  for (const [source, { id, links = [] }] of parts.entries()) {
    for (const { relation, to, group, min_up = 1, health } of links) {
      const target = numbers.get(to);
      if (target === undefined || to === id || relation === 'communicates_with') continue;
      const isReverse = relation === 'completes' || relation === 'managed_by';
      const [dependent, member] = isReverse ? [target, source] : [source, target];
      if (!group) {
        builder.needsAlone(dependent, member);
        continue;
      }
      const name = `${dependent} ${group}`;
      const number = groups.get(name) ?? groups.size;
      groups.set(name, number);
      const is_healthy = health !== 'unhealthy';
      builder.needsOneOf(dependent, member, { group: number, min_up, is_healthy });
    }
  }
  const up = Uint8Array.from(parts, ({ status = 'active' }) =>
    ['active', 'deprecated'].includes(status) ? 1 : 0,
  );
  const kinds = Uint8Array.from(parts, kindOf);
  const { counts, is_truncated } = worked(builder, up, { kinds, kind_count: 2 });
  expect(is_truncated).toBe(false);
  return parts.map((_, index) => [...counts.subarray(index * 2, index * 2 + 2)]);
}

test('what each item takes down is what the plain model says, by environment', () => {
  fc.assert(
    fc.property(randomParts, (parts) => {
      const outages = outagesOf(parts, ({ environment }) => (environment === 'production' ? 1 : 0));
      const isUp = ({ status = 'active' }: Part) => ['active', 'deprecated'].includes(status);
      const points = parts.flatMap((part, index) => {
        const production = outages[index]?.[1] ?? 0;
        return isUp(part) && production > 0 ? [`${part.id} ${production}`] : [];
      });
      expect(points).toEqual(naiveSinglePoints(parts, 'production'));
      const all = parts.flatMap((part, index) => {
        const sum = (outages[index] ?? []).reduce((total, count) => total + count, 0);
        return isUp(part) && sum > 0 ? [`${part.id} ${sum}`] : [];
      });
      expect(all).toEqual(naiveSinglePoints(parts));
    }),
    { numRuns: 2_000 },
  );
});

describe('the work', () => {
  const SIZE = 20_000;
  const up = new Uint8Array(SIZE).fill(1);

  test('costs the length of a chain, not its square', () => {
    const chain = new FailureGraphBuilder();
    for (let item = 1; item < SIZE; item++) chain.needsAlone(item, item - 1);
    const { counts, steps } = worked(chain, up);
    expect([counts[0], counts[1], counts[SIZE - 1]]).toEqual([SIZE - 1, SIZE - 2, 0]);
    expect(steps).toBeLessThan(SIZE);
  });

  test('costs the length of a cycle, not its square', () => {
    const cycle = new FailureGraphBuilder();
    for (let item = 0; item < SIZE; item++) cycle.needsAlone(item, (item + 1) % SIZE);
    const { counts, steps } = worked(cycle, up);
    expect(new Set(counts)).toEqual(new Set([SIZE - 1]));
    expect(steps).toBeLessThan(3 * SIZE);
  });

  test('gives others their turn', () => {
    const star = new FailureGraphBuilder();
    for (let item = 1; item < SIZE; item++) star.needsAlone(item, item % 100);
    expect(worked(star, up).turns).toBeGreaterThan(1);
  });

  test('is cut at its bound, says so, and has looked at what carries the most', () => {
    const builder = new FailureGraphBuilder();
    for (let item = 10; item < SIZE; item++) {
      builder.needsAlone(item, item % 2);
      builder.needsAlone(item, 2 + (item % 8));
    }
    const whole = worked(builder, up);
    const cut = worked(builder, up, { max_steps: SIZE });
    expect(whole.is_truncated).toBe(false);
    expect(cut.is_truncated).toBe(true);
    expect([...cut.counts.subarray(0, 2)]).toEqual([...whole.counts.subarray(0, 2)]);
    expect(cut.counts[0]).toBeGreaterThan(0);
  });
});

test('a group of which a member is named twice is as strong as its different members', () => {
  const builder = new FailureGraphBuilder();
  const need = { group: 0, min_up: 1, is_healthy: true };
  builder.needsOneOf(0, 1, need);
  builder.needsOneOf(0, 1, { ...need, is_healthy: false });
  expect([...worked(builder, new Uint8Array([1, 1])).counts]).toEqual([0, 1]);
});
