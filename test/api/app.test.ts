import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../api/app.ts';
import { createDatabase } from '../../db/postgres/database.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const BASE = '/api/v3/cmdb';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 300_000);

afterAll(() => api.close());

test('every answer has the security headers: data, pages, problems and what nobody is let in to', async () => {
  const access = { anonymous: null, configured_token: null, verifyJwt: null };
  const guarded = createApp({ ...api.deps, access });
  const answers = [
    ...['/', '/docs', '/health/live', '/openapi.json', `${BASE}/stats`, `${BASE}/none`].map(
      (path) => createApp(api.deps).request(path),
    ),
    createApp(api.deps).request(`${BASE}/stats`, { method: 'DELETE' }),
    guarded.request(`${BASE}/stats`),
  ];
  const statuses = [];
  for (const { status, headers } of await Promise.all(answers)) {
    statuses.push(status);
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404, 405, 401]);
});

test('a body is refused beyond its limit, also one that does not say how long it is', async () => {
  const app = createApp(api.deps);
  const chunk = new TextEncoder().encode(' '.repeat(64 * 1024));
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const answer = await app.request(`${BASE}/discover`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    // Node asks for it where the length is not known.
    duplex: 'half',
  } as RequestInit);
  expect(answer.status).toBe(413);
  expect(sent).toBeLessThan(2 * 1024 * 1024);
});

/** Keeps every other transaction from a table, as long as `work` takes. */
async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
  return api.db.transaction().execute(async (trx) => {
    await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx);
    return work();
  });
}

test('a request that takes too long is given up, and so is a statement, which comes first', async () => {
  const path = `${BASE}/ci/00000000-0000-4000-8000-000000000000`;
  const patient = createApp({ ...api.deps, cache: null, request_timeout_ms: 300 });
  const request = await whileLocked('items', async () => patient.request(path));
  expect(request.status).toBe(504);
  expect(await request.json()).toMatchObject({
    type: 'urn:problem-type:cmdb:timeout',
    detail: 'The request was given up.',
  });

  const db = createDatabase({
    url: api.database_url,
    application_name: 'app test',
    statement_timeout_ms: 300,
  });
  const strict = createApp({ ...api.deps, cache: null, db });
  const statement = await whileLocked('items', async () => strict.request(path));
  expect(statement.status).toBe(504);
  expect(await statement.json()).toMatchObject({ detail: 'PostgreSQL took too long to answer.' });
  await db.destroy();
});
