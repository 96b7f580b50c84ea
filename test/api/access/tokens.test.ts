import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { hashToken } from '../../../db/postgres/token-secret.ts';
import { hasValidToken } from '../../../db/postgres/tokens.ts';
import { type Answer, type Ask, askerOf, startTestApi, type TestApi } from '../test-api.ts';

const TOKENS = '/api/v3/cmdb/tokens';

let api: TestApi;
let guarded: Ask;

beforeAll(async () => {
  api = await startTestApi();
  guarded = askerOf({
    ...api.deps,
    access: { anonymous: null, configured_token: 'c'.repeat(40), verifyJwt: null },
  });
}, 300_000);

afterAll(() => api.close());

function make(body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return api.ask(TOKENS, { method: 'POST', headers, body: JSON.stringify(body) });
}

const asking = (secret: string): RequestInit => ({
  headers: { authorization: `Bearer ${secret}` },
});

test('a token is shown once, stored as a hash, listed without it, and ends when revoked', async () => {
  expect(await hasValidToken(api.db)).toBe(false);
  const restriction = { environments: ['production'], teams: ['payments'] };
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const made = await make({ name: 'ci', role: 'operator', restriction, expires_at });
  expect(made.status).toBe(201);
  expect(made.headers.get('cache-control')).toBe('no-store');
  const { secret, ...token } = made.body;
  expect(secret).toMatch(/^cmdb_[\w-]{43}$/);
  expect(token).toMatchObject({
    name: 'ci',
    role: 'operator',
    restriction,
    expires_at,
    created_by: 'local',
    revoked_at: null,
    last_used_at: null,
  });
  expect(await hasValidToken(api.db)).toBe(true);

  const { rows } = await sql<{ row: string }>`
    select api_tokens::text as row from api_tokens
  `.execute(api.db);
  expect(rows[0]?.row).toContain(hashToken(secret).toString('hex'));
  expect(rows[0]?.row).not.toContain(secret.slice(5));

  expect((await guarded('/api/v3/cmdb/stats', asking(secret))).status).toBe(200);
  const listed = await api.ask(TOKENS);
  expect(listed.body.items).toEqual([{ ...token, last_used_at: expect.any(String) }]);
  expect(JSON.stringify(listed.body)).not.toContain('secret');

  const revoke = () => api.ask(`${TOKENS}/${token.token_id}`, { method: 'DELETE' });
  expect((await revoke()).status).toBe(204);
  expect((await revoke()).status).toBe(204);
  const refused = await guarded('/api/v3/cmdb/stats', asking(secret));
  expect([refused.status, refused.body.detail]).toEqual([401, 'The token is revoked.']);
  expect(await hasValidToken(api.db)).toBe(false);
});

test('a name is free again when its token is revoked', async () => {
  const first = await make({ name: 'again', role: 'reader' });
  const taken = await make({ name: 'again', role: 'reader' });
  expect([first.status, taken.status]).toEqual([201, 409]);
  await api.ask(`${TOKENS}/${first.body.token_id}`, { method: 'DELETE' });
  expect((await make({ name: 'again', role: 'reader' })).status).toBe(201);
});

test.each([
  [{ role: 'reader' }, 'name'],
  [{ name: 'x' }, 'role'],
  [{ name: 'x', role: 'root' }, 'role'],
  [{ name: '\ud800', role: 'reader' }, 'name'],
  [{ name: 'x', role: 'reader', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
  [{ name: 'x', role: 'reader', restriction: {} }, 'restriction'],
  [{ name: 'x', role: 'reader', restriction: { teams: [] } }, 'restriction.teams'],
  [{ name: 'x', role: 'reader', restriction: { regions: ['eu'] } }, 'restriction.regions'],
])('%j is refused for its %s', async (body, field) => {
  const { status, body: problem } = await make(body);
  expect(status).toBe(400);
  expect(problem.errors).toContainEqual(expect.objectContaining({ field }));
});

test('tokens are paged by cursor, each once', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await make({ name, role: 'reader' });
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: Answer = await api.ask(`${TOKENS}?limit=2${cursor && `&cursor=${cursor}`}`);
    names.push(...body.items.map(({ name }: { name: string }) => name));
    cursor = body.next_cursor;
  }
  const { rows } = await sql<{ name: string }>`
    select name from api_tokens order by created_at desc, token_id desc
  `.execute(api.db);
  expect(names).toEqual(rows.map(({ name }) => name));
});

test('the configured token is an admin; one that only begins like it is nobody', async () => {
  expect((await guarded(TOKENS, asking('c'.repeat(40)))).status).toBe(200);
  expect((await guarded(TOKENS, asking('c'.repeat(39)))).status).toBe(401);
});
