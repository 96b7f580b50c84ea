import { expect, test } from '@jest/globals';
import { hostKeys, knowsItsNames } from '../../../providers/aws/dns-targets.ts';

test.each([
  ['API.Example.com.', 'dns:api.example.com'],
  ['dualstack.web-1.eu-west-1.elb.amazonaws.com.', 'dns:web-1.eu-west-1.elb.amazonaws.com'],
  ['assets.s3.dualstack.eu-west-1.amazonaws.com', 'dns:assets.s3.eu-west-1.amazonaws.com'],
  ['assets.s3-eu-west-1.amazonaws.com', 'dns:assets.s3.eu-west-1.amazonaws.com'],
  ['assets.s3-website-eu-west-1.amazonaws.com', 'dns:assets.s3-website-eu-west-1.amazonaws.com'],
  ['203.0.113.9', 'ip:public/203.0.113.9'],
  ['2001:DB8:0:0:0:0:0:7', 'ip:public/2001:db8::7'],
])('%s is known as %s', (host, key) => expect(hostKeys(host, ['vpc-0a'])).toEqual([key]));

test.each(['10.0.0.7', '172.31.255.1', '192.168.1.1', '100.64.0.1', 'fd00::7', 'fe80::1'])(
  'the private address %s is one in each VPC, and nobody’s without',
  (address) => {
    expect(hostKeys(address)).toEqual([]);
    expect(hostKeys(address, ['vpc-0a', 'vpc-0b'])).toEqual([
      `ip:vpc-0a/${address}`,
      `ip:vpc-0b/${address}`,
    ]);
  },
);

test.each(['', '.', 'no name', 'user@host'])('"%s" is no host', (host) =>
  expect(hostKeys(host)).toEqual([]),
);

test('distributions and API domains know their names, load balancers do not', () => {
  expect(knowsItsNames('d111111abcdef8.cloudfront.net.')).toBe(true);
  expect(knowsItsNames('d-0a1b.execute-api.eu-west-1.amazonaws.com')).toBe(true);
  expect(knowsItsNames('web-1.eu-west-1.elb.amazonaws.com')).toBe(false);
});
