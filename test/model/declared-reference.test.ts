import { describe, expect, test } from '@jest/globals';
import { declaredIdSchema, readAddress, readReference } from '../../model/declared-reference.ts';

describe('what a person writes to point at an item means one key', () => {
  test.each([
    ['2F1C6A0E-6F4D-5C1E-9D0A-4B8F5F1F2C3D', 'ci:2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d'],
    ['checkout', 'declared:checkout'],
    ['erp-1', 'declared:erp-1'],
    ['DB1.Example.com.', 'dns:db1.example.com'],
    ['arn:aws:s3:::my-bucket', 'arn:aws:s3:::my-bucket'],
    ['aws:i-0abc', 'aws:i-0abc'],
    ['/subscriptions/AB/resourceGroups/Shop', '/subscriptions/ab/resourcegroups/shop'],
    ['8.8.8.8', 'ip:public/8.8.8.8'],
    ['2001:0DB8:0::7', 'ip:public/2001:db8::7'],
  ])('%s is %s', (text, key) => {
    expect(readReference(text, null)).toEqual({ key });
  });

  test('a private address means something in a network only', () => {
    for (const address of ['10.0.0.7', '172.16.3.4', '192.168.1.1', '100.64.0.1', 'fd00::1']) {
      expect(readReference(address, null)).toEqual({ fault: expect.stringContaining('network') });
      expect(readReference(address, 'dc1')).toEqual({ key: `ip:dc1/${address}` });
    }
  });

  test.each([
    ['Checkout', /no id/],
    ['two words', /no id/],
    ['db1.example.com:5432', /port/],
    ['10.0.0.7:5432', /port/],
  ])('%s means nothing, and is told why', (text, fault) => {
    expect(readReference(text, null)).toEqual({ fault: expect.stringMatching(fault) });
  });
});

test('an id can be taken for nothing else', () => {
  for (const id of ['a', 'web-1', 'a_b', '7']) expect(declaredIdSchema.parse(id)).toBe(id);
  const others = ['', 'A', '-a', 'a.b', 'a:b', 'a/b', 'ä', 'x'.repeat(129)];
  for (const id of [...others, '2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d']) {
    expect(declaredIdSchema.safeParse(id).success).toBe(false);
  }
});

test('addresses at the edges of private networks are told apart', () => {
  const isPublic = (text: string) => readAddress(text)?.is_public;
  for (const text of ['172.15.0.1', '172.32.0.1', '11.0.0.1', '100.128.0.1', '198.20.0.1']) {
    expect(isPublic(text)).toBe(true);
  }
  for (const text of ['172.31.0.1', '100.127.0.1', '198.19.0.1', '127.0.0.1', '255.255.255.255']) {
    expect(isPublic(text)).toBe(false);
  }
  expect(readAddress('300.1.1.1')).toBeNull();
});
