import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { REDACTED, redactTags } from '../../model/redact-tags.ts';

test.each([
  'password',
  'DB_PASSWORD',
  'acme.io/api-key',
  'traefik.http.middlewares.auth.basicauth.users',
  'github-token',
  'client.secret',
])('the value behind %s is not kept', (key) => {
  expect(redactTags({ [key]: 'hunter2' })).toEqual({ [key]: REDACTED });
});

test.each(['Name', 'environment', 'passenger', 'tokenizer', 'compass', 'secretary', 'monkey'])(
  'the value behind %s is kept',
  (key) => {
    expect(redactTags({ [key]: 'hunter2' })).toEqual({ [key]: 'hunter2' });
  },
);

test('an address with a password is not kept, one without is', () => {
  const tags = {
    a: 'postgres://app:hunter2@db/orders',
    b: 'https://wiki/runbook',
    c: 'ops@acme.io',
  };
  expect(redactTags(tags)).toEqual({ ...tags, a: REDACTED });
});

test('no key is lost', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (tags) => {
      expect(Object.keys(redactTags(tags))).toEqual(Object.keys(tags));
    }),
  );
});
