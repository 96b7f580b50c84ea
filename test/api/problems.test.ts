import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../api/app.ts';
import { discoverEstate, partId } from './estate.ts';
import { askerOf, startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, [{ id: 'one' }]);
}, 300_000);

afterAll(() => api.close());

const BASE = '/api/v3/cmdb';
const ONE = `${BASE}/ci/${partId('one')}`;
const RUN = `${BASE}/discoveries`;
const json = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

const FAULTS: Array<
  [path: string, init: RequestInit | undefined, status: number, errors: unknown]
> = [
  [`${BASE}/cis?ci_type=mainframe`, undefined, 400, { field: 'ci_type' }],
  [
    `${BASE}/cis?status=broken`,
    undefined,
    400,
    {
      field: 'status',
      allowed: [
        'active',
        'inactive',
        'deprecated',
        'planned',
        'retired',
        'under_maintenance',
        'failed',
      ],
    },
  ],
  [`${BASE}/cis?limit=0`, undefined, 400, { allowed: { minimum: 1, maximum: 1000 } }],
  [`${BASE}/cis?limit=1001`, undefined, 400, { field: 'limit' }],
  [`${BASE}/cis?limit=ten`, undefined, 400, { field: 'limit' }],
  [`${BASE}/cis?limit=1&limit=2`, undefined, 400, { field: 'limit' }],
  [`${BASE}/cis?cursor=xyz`, undefined, 400, { field: 'cursor' }],
  [`${BASE}/cis?cursor=WzEsMl0`, undefined, 400, { field: 'cursor' }],
  [`${BASE}/cis?region=%00`, undefined, 400, { field: 'region' }],
  [`${BASE}/cis?region=`, undefined, 400, { field: 'region' }],
  [`${BASE}/cis?enviroment=production`, undefined, 400, { field: 'enviroment' }],
  [`${BASE}/stats?ci_type=server`, undefined, 400, { field: 'ci_type' }],
  [`${BASE}/ci/one`, undefined, 400, { field: 'ci_id' }],
  [`${ONE}/dependencies?depth=0`, undefined, 400, { allowed: { minimum: 1, maximum: 5 } }],
  [`${ONE}/dependencies?depth=6`, undefined, 400, { field: 'depth' }],
  [`${ONE}/impact?depth=1.5`, undefined, 400, { field: 'depth' }],
  [`${BASE}/discover`, json('{'), 400, { field: 'body' }],
  [`${BASE}/discover`, json('[]'), 400, { field: 'body' }],
  [`${BASE}/discover`, json('{"providers":["ibm"]}'), 400, { field: 'providers.0' }],
  [`${BASE}/discover`, json('{"region":["x"]}'), 400, { field: 'region' }],
  [`${BASE}/discover`, json('{"regions":[]}'), 400, { field: 'regions' }],
  [`${BASE}/discover`, json('{"accounts":["\\u0000"]}'), 400, { field: 'accounts.0' }],
  [`${BASE}/discover`, json('{"accounts":["\\ud800"]}'), 400, { field: 'accounts.0' }],
  [`${BASE}/discover?force=1`, { method: 'POST' }, 400, { field: 'force' }],
  [`${BASE}/discover`, json('{}', 'text/plain'), 415, null],
  [`${BASE}/discover`, json(' '.repeat(1024 * 1024 + 1)), 413, null],
  [`${RUN}/no-such-discovery`, undefined, 404, { field: 'id' }],
  [`${RUN}/00000000-0000-4000-8000-000000000000`, undefined, 404, { field: 'id' }],
  [`${RUN}/no-such-discovery/cancel`, { method: 'POST' }, 404, { field: 'id' }],
  [`${RUN}/%00`, undefined, 400, { field: 'id' }],
  [`${BASE}/servers`, undefined, 404, null],
  [`${BASE}/stats`, { method: 'DELETE' }, 405, null],
  [`${BASE}/discover`, undefined, 405, null],
];

test.each(FAULTS)('%s %j is %d', async (path, init, status, error) => {
  const before = await state();
  const answer = await api.ask(path, init);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    type: expect.stringMatching(/^urn:problem-type:cmdb:/),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: `urn:uuid:${answer.headers.get('x-request-id')}`,
  });
  if (error) expect(answer.body.errors).toContainEqual(expect.objectContaining(error));
  expect(await state()).toEqual(before);
});

/** Everything that a wrong request could have touched. */
async function state(): Promise<unknown> {
  const { rows } = await sql`
    select (select count(*) from items) as items, (select max(seq) from ticks) as seq,
      (select count(*) from runs) as runs
  `.execute(api.db);
  const { records } = await api.graph.read('MATCH (n) RETURN count(n) AS nodes', {});
  return [rows[0], records[0]?.get('nodes')];
}

test('several faults are told at once', async () => {
  const { body } = await api.ask(`${BASE}/cis?limit=0&status=x&colour=red`);
  const fields = body.errors.map(({ field }: { field: string }) => field).sort();
  expect(fields).toEqual(['colour', 'limit', 'status']);
});

test('405 says what is allowed', async () => {
  const { headers } = await api.ask(`${BASE}/discover`);
  expect(headers.get('allow')).toBe('POST');
});

test('what goes wrong inside is told without its inside', async () => {
  await sql`alter table relationships rename to hidden`.execute(api.db);
  try {
    const { status, body } = await api.ask(`${BASE}/stats`);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/relationships|select|\.ts/);
  } finally {
    await sql`alter table hidden rename to relationships`.execute(api.db);
  }
});

test('pages of other sites neither post nor read', async () => {
  const post = await api.ask(`${BASE}/discover`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  });
  expect(post.status).toBe(403);
  const rebound = await api.ask(`http://evil.example:8200${BASE}/stats`);
  expect(rebound.status).toBe(421);
  const token = 'x'.repeat(32);
  const guarded = { anonymous: null, configured_token: token, verifyJwt: null };
  const ask = askerOf({ ...api.deps, access: guarded });
  const headers = { authorization: `Bearer ${token}` };
  expect((await ask(`http://cmdb.corp.example${BASE}/stats`, { headers })).status).toBe(200);
});

test('the page and the docs need nothing from elsewhere', async () => {
  const app = createApp(api.deps);
  for (const path of ['/', '/docs']) {
    const page = await app.request(path);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const text = await page.text();
    for (const [, url] of text.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(url).toMatch(/^\//);
      expect((await app.request(url ?? '')).status).toBe(200);
    }
  }
});
