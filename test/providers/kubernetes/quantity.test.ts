import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gigabytes, parseQuantity } from '../../../providers/kubernetes/quantity.ts';

test.each([
  ['3920m', 3.92],
  ['16Gi', 17_179_869_184],
  ['1e3', 1000],
  ['1E3', 1000],
  ['2E', 2e18],
  ['128974848', 128_974_848],
  ['129M', 129_000_000],
  ['1.5Gi', 1_610_612_736],
  ['.5', 0.5],
  ['5.', 5],
  ['250u', 0.00025],
  ['1500n', 0.0000015],
  ['-1', -1],
  ['0', 0],
])('%s is %d', (text, value) => expect(parseQuantity(text)).toBe(value));

test.each(['', 'm', '1 Gi', '1gi', '1KI', '1e', 'e3', '1.2.3', '0x10', 'Infinity', '1mi'])(
  '%j is no quantity',
  (text) => expect(parseQuantity(text)).toBeNull(),
);

test('a whole number with a suffix is so many of what the suffix stands for', () => {
  const decimal = fc.constantFrom(...['', 'k', 'M', 'G', 'T', 'P', 'E'].entries());
  const binary = fc.constantFrom(...['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].entries());
  const small = fc.constantFrom(...['', 'm', 'u', 'n'].entries());
  fc.assert(
    fc.property(
      fc.nat(),
      decimal,
      binary,
      small,
      (number, [by1000, k], [by1024, ki], [parts, m]) => {
        expect(parseQuantity(`${number}${k}`)).toBe(
          Number(BigInt(number) * 1000n ** BigInt(by1000)),
        );
        expect(parseQuantity(`${number}${ki}`)).toBe(
          Number(BigInt(number) * 1024n ** BigInt(by1024)),
        );
        expect(parseQuantity(`${number}${m}`)).toBe(number / Number(1000n ** BigInt(parts)));
      },
    ),
  );
});

test('a fraction with a suffix is the fraction of what the suffix stands for', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.integer({ min: 0, max: 99 }), (whole, part) => {
      const text = `${whole}.${String(part).padStart(2, '0')}`;
      expect(parseQuantity(`${text}Ki`)).toBeCloseTo(Number(text) * 1024, 6);
      expect(parseQuantity(`${text}e3`)).toBeCloseTo(Number(text) * 1000, 6);
    }),
  );
});

test('sizes are told in units of 2^30 bytes', () => {
  expect(gigabytes(parseQuantity('16Gi'))).toBe(16);
  expect(gigabytes(parseQuantity('8040452Ki'))).toBe(7.668);
  expect(gigabytes(null)).toBeNull();
});
