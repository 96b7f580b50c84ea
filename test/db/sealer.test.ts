import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { createSealer, secretKeyVariable, UnreadableSecretError } from '../../db/sealer.ts';

const key = randomBytes(32);

test('what is sealed is opened again, for its owner only, and does not show the secret', () => {
  const sealer = createSealer(key);
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.uuid(), fc.uuid(), (secret, owner, other) => {
      const sealed = sealer.seal(secret, owner);
      expect(sealer.open(sealed, owner)).toBe(secret);
      expect(sealed).not.toContain(secret);
      if (owner !== other) expect(() => sealer.open(sealed, other)).toThrow(UnreadableSecretError);
    }),
  );
});

test('the same secret is never sealed in the same way twice', () => {
  const sealer = createSealer(key);
  expect(sealer.seal('secret', 'a')).not.toBe(sealer.seal('secret', 'a'));
});

test('a byte that was changed is noticed', () => {
  const sealer = createSealer(key);
  const bytes = Buffer.from(sealer.seal('secret', 'a').slice('a256gcm:'.length), 'base64');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open(`a256gcm:${changed.toString('base64')}`, 'a')).toThrow(
      UnreadableSecretError,
    );
  }
});

test('another key, or none, cannot open; what was stored before there was a key stays readable', () => {
  const sealed = createSealer(key).seal('secret', 'a');
  for (const other of [randomBytes(32), null]) {
    expect(() => createSealer(other).open(sealed, 'a')).toThrow(UnreadableSecretError);
  }
  expect(createSealer(key).open(createSealer(null).seal('secret', 'a'), 'a')).toBe('secret');
});

test('a key that is too short is refused, and not shown', () => {
  const schema = z.object(secretKeyVariable);
  const long = randomBytes(32).toString('hex');
  const keys = [1, 2].map(() => schema.parse({ CMDB_SECRET_KEY: long }).CMDB_SECRET_KEY);
  expect(keys[0]).toHaveLength(32);
  expect(keys[0]).toEqual(keys[1]);
  expect(schema.parse({}).CMDB_SECRET_KEY).toBeUndefined();
  const short = randomBytes(15).toString('hex');
  const { error } = schema.safeParse({ CMDB_SECRET_KEY: short });
  expect(error?.issues[0]?.message).toContain('openssl rand');
  expect(JSON.stringify(error?.issues)).not.toContain(short);
});
