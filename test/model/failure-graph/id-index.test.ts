import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'uuid';
import { IdIndex } from '../../../model/failure-graph/id-index.ts';

test('ids are numbered in the order in which they come, each once, and told as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.uuid(), { maxLength: 200 }), (drawn) => {
      const ids = [...drawn, ...drawn.slice(0, 20)];
      const bytes = Buffer.concat([Buffer.alloc(3), ...ids.map((id) => Buffer.from(parse(id)))]);
      const index = new IdIndex(4);
      const numbers = ids.map((_, place) => index.add(bytes, 3 + place * 16));
      const different = [...new Set(ids)];
      expect(index.size).toBe(different.length);
      expect(numbers).toEqual(ids.map((id) => different.indexOf(id)));
      for (const [place, id] of ids.entries()) {
        expect(index.find(bytes, 3 + place * 16)).toBe(numbers[place]);
        expect(index.text(numbers[place] ?? 0)).toBe(id);
      }
      const sorted = [...different.keys()].sort((a, b) => index.compare(a, b));
      expect(sorted.map((number) => index.text(number))).toEqual(different.toSorted());
    }),
  );
});

test('an id that was not added is not found', () => {
  const index = new IdIndex();
  expect(index.find(Buffer.alloc(16), 0)).toBe(-1);
  index.add(Buffer.alloc(16, 7), 0);
  expect(index.find(Buffer.alloc(16), 0)).toBe(-1);
});
