import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pruneAudit } from '../../../db/postgres/audit.ts';
import { bootstrapToken } from '../../../db/postgres/bootstrap-token.ts';
import { createToken } from '../../../db/postgres/tokens.ts';
import { type Answer, type Ask, askerOf, startTestApi, type TestApi } from '../test-api.ts';

const BASE = '/api/v3/cmdb';
const AUDIT = `${BASE}/audit`;
const NOBODYS_ID = '00000000-0000-4000-8000-000000000000';

let api: TestApi;
let ask: Ask;
let secret: string;

beforeAll(async () => {
  api = await startTestApi();
  const access = { anonymous: null, configured_token: null, verifyJwt: null };
  ask = askerOf({ ...api.deps, access });
  const none = { restriction: null, expires_at: null, created_by: 'test' };
  ({ secret } = await createToken(api.db, { name: 'ci', role: 'operator', ...none }));
}, 300_000);

afterAll(() => api.close());

const asCi = (init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...init.headers, authorization: `Bearer ${secret}` },
});

const entries = async (query = ''): Promise<Answer['body'][]> =>
  (await api.ask(`${AUDIT}${query}`)).body.items;

test('every write is there with who, what, when and how it ended; no read, no body', async () => {
  const body = JSON.stringify({ name: 'planted-s3cret', role: 'reader', extra: 's3cret-value' });
  const headers = { 'content-type': 'application/json' };
  const made = await api.ask(`${BASE}/tokens`, { method: 'POST', headers, body });
  expect(made.status).toBe(400);
  const cancelled = await ask(`${BASE}/discoveries/${NOBODYS_ID}/cancel`, asCi({ method: 'POST' }));
  expect(cancelled.status).toBe(404);
  const refused = await ask(`${BASE}/tokens/${NOBODYS_ID}`, asCi({ method: 'DELETE' }));
  expect(refused.status).toBe(403);
  const stranger = await ask(`${BASE}/discover`, { method: 'POST' });
  expect(stranger.status).toBe(401);
  await ask(`${BASE}/stats`, asCi());

  const found = await entries();
  expect(found).toMatchObject([
    {
      request_id: refused.headers.get('x-request-id'),
      principal: { kind: 'token', name: 'ci', role: 'operator' },
      method: 'DELETE',
      operation: `${BASE}/tokens/{token_id}`,
      path: `${BASE}/tokens/${NOBODYS_ID}`,
      status: 403,
    },
    { operation: `${BASE}/discoveries/{id}/cancel`, status: 404 },
    { principal: { kind: 'local', id: 'local' }, operation: `${BASE}/tokens`, status: 400 },
  ]);
  expect(Date.now() - Date.parse(found[0].at)).toBeLessThan(60_000);
  expect(JSON.stringify(found)).not.toMatch(/s3cret|cmdb_/);
});

test('a write that cannot be noted is not done', async () => {
  await sql`alter table audit_log rename to hidden`.execute(api.db);
  try {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'unnoted', role: 'reader' });
    const { status } = await api.ask(`${BASE}/tokens`, { method: 'POST', headers, body });
    expect(status).toBe(500);
  } finally {
    await sql`alter table hidden rename to audit_log`.execute(api.db);
  }
  const tokens = (await api.ask(`${BASE}/tokens`)).body.items;
  expect(tokens.map(({ name }: { name: string }) => name)).toEqual(['ci']);
});

test('entries are found by principal and time, and paged', async () => {
  for (let times = 0; times < 5; times++) {
    await ask(`${BASE}/discoveries/${NOBODYS_ID}/pause`, asCi({ method: 'POST' }));
  }
  const all = await entries();
  const mine = await entries('?principal=ci');
  expect(mine).toEqual(all.filter(({ principal }) => principal.name === 'ci'));
  const { at } = mine[2];
  expect(await entries(`?since=${at}&principal=ci`)).toEqual(mine.filter((one) => one.at >= at));
  expect(await entries(`?until=${at}&principal=ci`)).toEqual(mine.filter((one) => one.at < at));

  const paged = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Answer = await api.ask(`${AUDIT}?limit=2${cursor && `&cursor=${cursor}`}`);
    paged.push(...page.body.items);
    cursor = page.body.next_cursor;
  }
  expect(paged).toEqual(all);
});

test('a token that is made straight in the store is in the log, too', async () => {
  await bootstrapToken(api.db, 'root', {
    name: 'first',
    role: 'admin',
    restriction: null,
    expires_at: null,
  });
  expect((await entries())[0]).toMatchObject({
    principal: { kind: 'cli', name: 'root' },
    operation: '/tokens',
    status: 201,
  });
});

test('old entries are forgotten, and no others', async () => {
  const before = await entries();
  await sql`update audit_log set at = now() - interval '31 days' where principal_name = 'ci'`.execute(
    api.db,
  );
  const kept = before.filter(({ principal }) => principal.name !== 'ci');
  expect(await pruneAudit(api.db, 30)).toBe(before.length - kept.length);
  expect(await entries()).toEqual(kept);
});
