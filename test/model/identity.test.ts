import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ciId, requestId, scopeId, sliceId } from '../../model/identity.ts';

const identity = fc.record({
  provider: fc.constantFrom('aws' as const, 'host' as const),
  account: fc.string(),
  resource_type: fc.string(),
  native_id: fc.string(),
});

test('ids are as they always were: a change here would duplicate every inventory', () => {
  const item = { provider: 'aws', account: '1', resource_type: 'aws_ebs_volume' } as const;
  expect(ciId({ ...item, native_id: 'arn:x' })).toBe('67ae3d2c-b3da-5a26-b0ce-f2c953d2836f');
  expect(scopeId('aws', '1', 'eu-west-1')).toBe('f3a079a0-74fc-54db-9093-263c20db2d7b');
  expect(sliceId('aws', '1', 'eu-west-1', 'aws_ebs_volume')).toBe(
    '556dc9b1-afe0-5a37-bef3-ec610ee3795f',
  );
});

test('two things have one id only if they are the same thing', () => {
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      expect(ciId(a) === ciId(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('parts cannot run over into each other', () => {
  const item = { provider: 'aws', resource_type: 't' } as const;
  expect(ciId({ ...item, account: 'a', native_id: 'b/c' })).not.toBe(
    ciId({ ...item, account: 'a/b', native_id: 'c' }),
  );
});

test('a request has the same id in whatever order its lists are written', () => {
  expect(requestId({ providers: ['aws', 'gcp'] })).toBe(
    requestId({ providers: ['gcp', 'aws', 'gcp'] }),
  );
  expect(requestId({ accounts: ['a'] })).not.toBe(requestId({ regions: ['a'] }));
});
