import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../../db/postgres/staging/canonical-json.ts';

/** What it should hold, written the slow way: without null fields, every text as it can be kept. */
function kept(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD');
  if (Array.isArray(value)) return value.map(kept);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [kept(name), kept(field)]),
  );
}

test('it holds the value, without fields that are null', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(kept(value))));
    }),
  );
});

test('the order of fields makes no difference', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
      const turned = Object.fromEntries(Object.entries(fields).toReversed());
      expect(canonicalJson(turned)).toBe(canonicalJson(fields));
    }),
  );
});

test('what PostgreSQL cannot keep in JSON is replaced', () => {
  expect(canonicalJson({ 'a\0': ['\uD800', Number.NaN] })).toBe('{"a\uFFFD":["\uFFFD",null]}');
});
