import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classify, parseNetworks } from '../../../activities/webhooks/address-guard.ts';

const NONE = parseNetworks([]);
const EVERYTHING = parseNetworks(['0.0.0.0/0', '::/0']);

test.each(['8.8.8.8', '93.184.216.34', '2001:4860:4860::8888', '::ffff:8.8.8.8'])(
  '%s is public',
  (address) => expect(classify(address, NONE)).toBe('public'),
);

test.each([
  '127.0.0.1',
  '10.0.0.7',
  '172.16.3.4',
  '192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '::1',
  'fd12:3456::1',
  '::ffff:10.0.0.7',
  '::ffff:7f00:1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '::7f00:1',
  'fec0::1',
  'not an address',
])('%s is none that a stranger may send us to', (address) => {
  expect(classify(address, NONE)).toBe('forbidden');
});

test.each([
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
  'fe80::1',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
])('%s is never reached, whatever is allowed', (address) => {
  expect(classify(address, EVERYTHING)).toBe('forbidden');
});

test('an allowed network opens what is in it, and nothing beside it', () => {
  const allowed = parseNetworks(['10.1.0.0/16', ' fd12:3456::/32']);
  expect(classify('10.1.255.255', allowed)).toBe('allowed');
  expect(classify('::ffff:10.1.0.1', allowed)).toBe('allowed');
  expect(classify('fd12:3456::1', allowed)).toBe('allowed');
  expect(classify('10.2.0.1', allowed)).toBe('forbidden');
  expect(classify('fd12:3457::1', allowed)).toBe('forbidden');
});

test('a private address is found out however it is written', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.constantFrom(10, 127), octet, octet, octet, (a, b, c, d) => {
      const hex = (n: number) => n.toString(16).padStart(2, '0');
      const forms = [
        `${a}.${b}.${c}.${d}`,
        `::ffff:${a}.${b}.${c}.${d}`,
        `::ffff:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`,
        `64:ff9b::${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`,
        `2002:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}::1`,
        // As WHATWG reads them out of an address: a number, hexadecimal, octal.
        new URL(`http://${(((a * 256 + b) * 256 + c) * 256 + d).toString()}/`).hostname,
        new URL(`http://0x${hex(a)}.0x${hex(b)}.0${c.toString(8)}.${d}/`).hostname,
      ];
      for (const form of forms) expect([form, classify(form, NONE)]).toEqual([form, 'forbidden']);
    }),
  );
});

test('what is no network is refused', () => {
  for (const text of ['10.0.0.0', '10.0.0.0/33', 'example.com/8']) {
    expect(() => parseNetworks([text])).toThrow();
  }
});
