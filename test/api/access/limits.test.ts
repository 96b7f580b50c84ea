import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../../../api/app.ts';
import { createRateLimiter, type RateLimiter } from '../../../db/cache/rate-limiter.ts';
import { createToken } from '../../../db/postgres/tokens.ts';
import { emptyRedis } from '../../support/stores.ts';
import { type Ask, askerOf, NOWHERE, startTestApi, type TestApi } from '../test-api.ts';

const STATS = '/api/v3/cmdb/stats';
const GUARDED = { anonymous: null, configured_token: null, verifyJwt: null };

let api: TestApi;
const opened: RateLimiter[] = [];

beforeAll(async () => {
  api = await startTestApi();
}, 300_000);

afterAll(async () => {
  for (const limiter of opened) limiter.close();
  await api.close();
});

function limiterOf(url: string | null, limit: number): RateLimiter {
  const limiter = createRateLimiter(url, limit, () => {});
  opened.push(limiter);
  return limiter;
}

const asked = (limiter: RateLimiter): Ask => askerOf({ ...api.deps, access: GUARDED, limiter });

async function tokenOf(name: string): Promise<RequestInit> {
  const { secret } = await createToken(api.db, {
    name,
    role: 'reader',
    restriction: null,
    expires_at: null,
    created_by: 'test',
  });
  return { headers: { authorization: `Bearer ${secret}` } };
}

test('a token has its limit, says what is left, and is told when to come back', async () => {
  const ask = asked(limiterOf(null, 3));
  const [one, other] = [await tokenOf('one'), await tokenOf('other')];
  const left = [];
  for (let times = 0; times < 3; times++) {
    const { status, headers } = await ask(STATS, one);
    expect(status).toBe(200);
    expect(headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
    left.push(/;r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1]);
  }
  expect(left).toEqual(['2', '1', '0']);
  const refused = await ask(STATS, one);
  expect([refused.status, refused.body.type]).toEqual([
    429,
    'urn:problem-type:cmdb:too-many-requests',
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await ask(STATS, other)).status).toBe(200);
});

test('strangers have a limit by address, which holds nobody up who has a token', async () => {
  const ask = asked(limiterOf(null, 2));
  const wrong = { headers: { authorization: 'Bearer cmdb_wrong' } };
  const statuses = [];
  for (const init of [undefined, wrong, wrong, undefined])
    statuses.push((await ask(STATS, init)).status);
  expect(statuses).toEqual([401, 401, 429, 429]);
  expect((await ask(STATS, await tokenOf('known'))).status).toBe(200);
});

test('neither health nor whoever is on this machine is limited', async () => {
  const limiter = limiterOf(null, 1);
  const local = askerOf({ ...api.deps, limiter });
  for (let times = 0; times < 3; times++) {
    expect((await local(STATS)).status).toBe(200);
    expect((await asked(limiter)('/health/live')).status).toBe(200);
  }
});

test('replicas share a limit over Redis, and each has its own while Redis is away', async () => {
  const url = await emptyRedis();
  const init = await tokenOf('shared');
  if (url) {
    const replicas = [limiterOf(url, 3), limiterOf(url, 3)];
    // They connect in the background.
    await sleep(200);
    const [first, second] = replicas.map(asked) as [Ask, Ask];
    const statuses = [];
    for (const ask of [first, second, first, second, first]) {
      statuses.push((await ask(STATS, init)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  }
  const [alone, apart] = [limiterOf(`redis://${NOWHERE}`, 1), limiterOf(`redis://${NOWHERE}`, 1)];
  expect((await asked(alone)(STATS, init)).status).toBe(200);
  expect((await asked(alone)(STATS, init)).status).toBe(429);
  expect((await asked(apart)(STATS, init)).status).toBe(200);
});

test('pages of other sites may use the API only where their origin is allowed', async () => {
  const origin = 'https://portal.example.com';
  const preflight: RequestInit = {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  };
  const post = { method: 'POST', headers: { origin, 'content-type': 'text/plain' }, body: 'x' };
  const closed = createApp(api.deps);
  expect((await closed.request(STATS, preflight)).headers.has('access-control-allow-origin')).toBe(
    false,
  );
  expect((await closed.request('/discover', post)).status).toBe(403);

  const open = createApp({ ...api.deps, cors_origins: [origin] });
  const allowed = await open.request(STATS, preflight);
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
    204,
    origin,
  ]);
  expect(allowed.headers.has('access-control-allow-credentials')).toBe(false);
  expect((await open.request('/discover', post)).status).toBe(415);
  const evil = await open.request(STATS, { headers: { origin: 'https://evil.example' } });
  expect(evil.headers.has('access-control-allow-origin')).toBe(false);
});
