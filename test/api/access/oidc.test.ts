import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import {
  createJwtVerifier,
  IdentityProviderUnavailableError,
  type OidcSettings,
} from '../../../api/access/oidc.ts';

let provider: Server;
let issuer: string;
let signer: CryptoKey;
/** What the provider serves under `/keys`; another one after the keys were changed. */
let published: object[];
let calls: string[] = [];

beforeAll(async () => {
  signer = await newKey('one');
  provider = createServer((request, response) => {
    calls.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
      '/keys': { keys: published },
    };
    response.end(JSON.stringify(documents[request.url ?? '']));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});

afterAll(() => {
  provider.close();
});

async function newKey(kid: string): Promise<CryptoKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  published = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }];
  return privateKey;
}

function settings(more: Partial<OidcSettings> = {}): OidcSettings {
  return {
    issuer,
    audience: 'cmdb',
    jwks_url: null,
    role_claim: 'roles',
    role_values: { reader: 'everyone', operator: 'sre', admin: 'cmdb-admins' },
    restriction_claim: 'cmdb_restriction',
    ...more,
  };
}

const now = () => Math.floor(Date.now() / 1000);
const CLAIMS: JWTPayload = { sub: 'u1', preferred_username: 'ada', roles: ['everyone', 'sre'] };

function jwt(claims: JWTPayload = {}, header: { kid?: string; alg?: string } = {}, key = signer) {
  return new SignJWT({ iss: issuer, aud: 'cmdb', exp: now() + 60, ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
    .sign(key);
}

test('a JWT tells who it is, the highest of the roles, and what may be seen', async () => {
  const verify = createJwtVerifier(settings());
  const ada = { kind: 'oidc', id: 'u1', name: 'ada', role: 'operator', restriction: null };
  expect(await verify(await jwt())).toEqual(ada);
  const restriction = { accounts: ['111122223333'] };
  expect(await verify(await jwt({ cmdb_restriction: restriction }))).toEqual({
    ...ada,
    restriction,
  });
  expect(await verify(await jwt({ roles: 'everyone cmdb-admins' }))).toMatchObject({
    role: 'admin',
  });
  const { preferred_username: _, ...nameless } = CLAIMS;
  const unnamed = await new SignJWT({
    iss: issuer,
    aud: ['x', 'cmdb'],
    exp: now() + 60,
    ...nameless,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(signer);
  expect(await verify(unnamed)).toMatchObject({ name: 'u1' });
});

test('roles may stand in a nested claim, or in one whose name is an address', async () => {
  const nested = createJwtVerifier(settings({ role_claim: 'realm_access.roles' }));
  expect(await nested(await jwt({ realm_access: { roles: ['sre'] } }))).toMatchObject({
    role: 'operator',
  });
  const named = createJwtVerifier(settings({ role_claim: 'https://cmdb.example/roles' }));
  expect(await named(await jwt({ 'https://cmdb.example/roles': ['sre'] }))).toMatchObject({
    role: 'operator',
  });
});

test('whatever is not exactly right is nobody', async () => {
  const verify = createJwtVerifier(settings());
  const stranger = (await generateKeyPair('ES256')).privateKey;
  const [head, , signature] = (await jwt()).split('.');
  const payload = Buffer.from(JSON.stringify({ ...CLAIMS, roles: ['cmdb-admins'] }));
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload.toString('base64url')}.`;
  const hmac = await new SignJWT({ iss: issuer, aud: 'cmdb', exp: now() + 60, ...CLAIMS })
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(new TextEncoder().encode(JSON.stringify(published[0])));
  const refused: Record<string, string> = {
    'not a JWT': 'abc',
    expired: await jwt({ exp: now() - 40 }),
    'not yet valid': await jwt({ nbf: now() + 60 }),
    'of another issuer': await jwt({ iss: 'https://evil.example' }),
    'for another audience': await jwt({ aud: 'billing' }),
    'without an end': await jwt({ exp: undefined as unknown as number }),
    'without a subject': await jwt({ sub: undefined as unknown as string }),
    'signed by a stranger': await jwt({}, {}, stranger),
    'of a key that is not published': await jwt({}, { kid: 'two' }, stranger),
    unsigned,
    'with another payload': `${head}.${payload.toString('base64url')}.${signature}`,
    'signed with the public key as a shared secret': hmac,
    'without a role here': await jwt({ roles: ['hr'] }),
    'with roles of a wrong kind': await jwt({ roles: { admin: true } }),
    'with a restriction that is none': await jwt({ cmdb_restriction: { regions: ['eu'] } }),
    'with an empty restriction': await jwt({ cmdb_restriction: { teams: [] } }),
  };
  for (const [why, token] of Object.entries(refused)) {
    expect({ why, principal: await verify(token) }).toEqual({ why, principal: null });
  }
});

test('clocks may differ by half a minute', async () => {
  const verify = createJwtVerifier(settings());
  expect(await verify(await jwt({ exp: now() - 20 }))).not.toBeNull();
});

test('keys are fetched once, and not at all for what is no JWT', async () => {
  calls = [];
  const verify = createJwtVerifier(settings());
  await verify('garbage');
  expect(calls).toEqual([]);
  await verify(await jwt());
  await verify(await jwt());
  expect(calls).toEqual(['/.well-known/openid-configuration', '/keys']);
});

test('a provider that does not answer is not the fault of the token', async () => {
  const absent = createJwtVerifier(settings({ jwks_url: 'http://127.0.0.1:9/keys' }));
  await expect(absent(await jwt())).rejects.toThrow(IdentityProviderUnavailableError);
  const undiscovered = createJwtVerifier(settings({ issuer: `${issuer}/other` }));
  await expect(undiscovered(await jwt())).rejects.toThrow(IdentityProviderUnavailableError);
});
