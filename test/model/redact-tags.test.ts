import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactAttributes, redactTags } from '../../model/redact-tags.ts';
import { REDACTED } from '../../model/redact-text.ts';

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

test('attributes keep what they say, and labels and texts in them lose their secrets', () => {
  const attributes = {
    state: 'running',
    automounts_token: false,
    secret: 'db-credentials',
    labels: { tier: 'web', db_password: 'hunter2' },
    origins: [{ url: 'https://user:hunter2@cdn.example', weight: 1 }],
    comment: 'password=hunter2 until May',
  };
  expect(redactAttributes(attributes)).toEqual({
    ...attributes,
    labels: { tier: 'web', db_password: REDACTED },
    origins: [{ url: `https://${REDACTED}@cdn.example`, weight: 1 }],
    comment: `password=${REDACTED} until May`,
  });
});
