import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { batchesOf } from '../../activities/list-planned-scopes.ts';

const pageCount = fc.option(fc.nat(5), { nil: null });

test('every slice is listed once, a large one by itself, and sixteen small ones together at most', () => {
  fc.assert(
    fc.property(fc.array(pageCount, { maxLength: 200 }), (counts) => {
      const slices = counts.map((last_page_count, n) => ({
        slice_id: randomUUID(),
        resource_type: `type_${n}`,
        last_page_count,
      }));
      const batches = batchesOf(slices);
      const listed = batches.flat().map(({ slice_id }) => slice_id);
      expect(listed.sort()).toEqual(slices.map(({ slice_id }) => slice_id).sort());
      const isLarge = new Map<string, boolean>(
        slices.map((s) => [s.slice_id, (s.last_page_count ?? 0) > 1]),
      );
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(16);
        if (batch.some(({ slice_id }) => isLarge.get(slice_id))) expect(batch).toHaveLength(1);
      }
      const small = slices.filter(({ slice_id }) => !isLarge.get(slice_id)).length;
      expect(batches.length).toBe(slices.length - small + Math.ceil(small / 16));
    }),
  );
});

test('what was large when it was last listed begins first', () => {
  const slice = (resource_type: string, last_page_count: number | null) => ({
    slice_id: randomUUID(),
    resource_type,
    last_page_count,
  });
  const batches = batchesOf([slice('a', 1), slice('b', null), slice('c', 7), slice('d', 0)]);
  expect(batches.map((batch) => batch.map(({ resource_type }) => resource_type))).toEqual([
    ['c'],
    ['a', 'b', 'd'],
  ]);
});
