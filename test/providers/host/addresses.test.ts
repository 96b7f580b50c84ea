import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addressScope,
  canonicalAddress,
  socketName,
  wildcardsFor,
} from '../../../providers/host/addresses.ts';

describe('canonicalAddress', () => {
  test.each([
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7F00:1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['[FE80::1%eth0]', 'fe80::1'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['10.0.0.7', '10.0.0.7'],
  ])('%s is %s', (text, canonical) => expect(canonicalAddress(text)).toBe(canonical));

  test('is itself the second time, for any address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const canonical = canonicalAddress(address);
        expect(canonicalAddress(canonical)).toBe(canonical);
      }),
    );
  });

  test('any IPv4 address carried in IPv6 is that IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(canonicalAddress(`::ffff:${address}`)).toBe(address);
      }),
    );
  });

  test('refuses what is no address', () => {
    expect(() => canonicalAddress('db1.example.org')).toThrow(RangeError);
  });
});

test.each([
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['127.0.0.53', 'loopback'],
  ['::1', 'loopback'],
  ['169.254.169.254', 'link_local'],
  ['fe80::1', 'link_local'],
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['100.64.0.1', 'private'],
  ['192.0.2.2', 'private'],
  ['fd00::2', 'private'],
  ['2001:db8::1', 'private'],
  ['2606:4700::1111', 'public'],
  ['8.8.8.8', 'public'],
])('%s is %s', (address, scope) => expect(addressScope(address)).toBe(scope));

test('a listener on :: answers IPv4 too, and one on 0.0.0.0 never IPv6', () => {
  expect(wildcardsFor('10.0.0.1')).toEqual(['0.0.0.0', '::']);
  expect(wildcardsFor('::1')).toEqual(['::']);
  expect(socketName('::1', 80)).toBe('[::1]:80');
});
