import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../api/app.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { createToken } from '../../db/postgres/tokens.ts';
import { quietTime } from '../support/past.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const EXPORT = '/api/v3/cmdb/cis/export';
const MANY = Array.from({ length: 2_600 }, (_, index) => ({
  id: `pod-${index}`,
  ci_type: 'kubernetes_pod' as const,
  // Pages are larger than what any buffer on the way takes.
  tags: { note: 'x'.repeat(500) },
}));
const ESTATE: Estate = [
  { id: 'plain', team: 'shop', owner: 'ann', tags: { a: 'b' } },
  { id: 'formula', name: '=HYPERLINK("http://evil.example","click"),\n', team: 'shop' },
  { id: 'other', team: 'bank' },
  ...MANY,
];

let api: TestApi;
let db: Db;
/** Pages that were read from PostgreSQL. */
let fetches = 0;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(api.db);
  const url = new URL(process.env.DATABASE_URL ?? '');
  url.pathname = `/${rows[0]?.name}`;
  db = createDatabase({
    url: url.href,
    application_name: 'export test',
    on_query: (query) => {
      if (query.sql.trim().startsWith('fetch')) fetches++;
    },
  });
  app = createApp({ ...api.deps, db });
}, 300_000);

afterAll(async () => {
  await db.destroy();
  await api.close();
});

async function exported(query: string, headers: Record<string, string> = {}) {
  const response = await app.request(`${EXPORT}?${query}`, { headers });
  return { response, text: await response.text() };
}

async function lines(query: string): Promise<Array<Record<string, unknown>>> {
  const { response, text } = await exported(query);
  expect(response.status).toBe(200);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Transactions of the export that are still open. */
async function open(condition = "state <> 'idle'"): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from pg_stat_activity
    where application_name = 'export test' and ${sql.raw(condition)}
  `.execute(api.db);
  return rows[0]?.open ?? 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error('It did not come to that within 5 seconds.');
}

test('every item is exported once, as lists have it', async () => {
  const items = await lines('');
  expect(items).toHaveLength(ESTATE.length);
  expect(new Set(items.map((item) => item.ci_id)).size).toBe(ESTATE.length);
  const listed = await api.ask(`/api/v3/cmdb/ci/${partId('plain')}`);
  const { change_history: _history, stale: _stale, ...rest } = listed.body;
  expect(items.find((item) => item.name === 'plain')).toEqual(rest);
});

test('filters, fields and the past are those of lists', async () => {
  const before = await quietTime(api.db);
  await discoverEstate(
    api.db,
    ESTATE.map((part) => (part.id === 'plain' ? { ...part, size: 3, team: 'bank' } : part)),
  );
  expect(await lines('team=bank&fields=name,version')).toEqual(
    expect.arrayContaining([
      { name: 'plain', version: 2 },
      { name: 'other', version: 1 },
    ]),
  );
  const then = `as_of=${before.toISOString()}&fields=name`;
  expect(await lines(`team=bank&${then}`)).toEqual([{ name: 'other' }]);
  expect(await lines(`q=plaim&${then}`)).toEqual([{ name: 'plain' }]);
  const [changed] = await lines('q=plain&fields=change_history');
  expect(changed).toMatchObject({ change_history: [{ version: 2 }] });
  expect(await lines('account=nobody')).toEqual([]);
});

test('CSV has one head, JSON in cells, and nothing that a spreadsheet would run', async () => {
  const { response, text } = await exported('team=shop&fields=name,team,tags,db_engine', {
    accept: 'text/csv',
  });
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(text).toBe(
    `name,team,tags,db_engine\n"'=HYPERLINK(""http://evil.example"",""click""),\n",shop,{},\n`,
  );
  const whole = (await exported('format=csv&ci_type=kubernetes_pod')).text.trimEnd().split('\n');
  expect(whole).toHaveLength(MANY.length + 1);
  expect(whole.filter((line) => line.includes('ci_type'))).toEqual([whole[0]]);
  const none = await exported('format=csv&account=nobody&fields=name', { accept: 'text/html' });
  expect(none.text).toBe('name\n');
  const named = await exported('format=ndjson&account=nobody', { accept: 'text/csv' });
  expect(named.response.headers.get('content-type')).toBe('application/x-ndjson');
});

test('what is wrong is told before anything is sent', async () => {
  const future = await api.ask(`${EXPORT}?as_of=2999-01-01T00:00:00Z`);
  expect([future.status, future.body.errors[0].field]).toEqual([400, 'as_of']);
  expect((await api.ask(`${EXPORT}?format=xml`)).body.errors[0].field).toBe('format');
  expect((await api.ask(`${EXPORT}?limit=5`)).status).toBe(400);
});

test('who is restricted exports what they may see', async () => {
  const { secret } = await createToken(api.db, {
    name: 'shop',
    role: 'reader',
    restriction: { teams: ['shop'] },
    expires_at: null,
    created_by: 'test',
  });
  const guarded = createApp({
    ...api.deps,
    access: { anonymous: null, configured_token: null, verifyJwt: null },
  });
  const ask = (headers: Record<string, string>) =>
    guarded.request(`${EXPORT}?fields=ci_id`, { headers });
  expect((await ask({})).status).toBe(401);
  const text = await (await ask({ authorization: `Bearer ${secret}` })).text();
  expect(text).toBe(`${JSON.stringify({ ci_id: partId('formula') })}\n`);
});

test('pages are read only as they are taken, and none when the reader has gone', async () => {
  fetches = 0;
  const response = await app.request(EXPORT);
  const reader = response.body?.getReader();
  await reader?.read();
  await sleep(300);
  // Of six: the one that was taken, one on its way.
  expect(fetches).toBeLessThanOrEqual(2);
  expect(await open()).toBe(1);
  await reader?.read();
  await sleep(300);
  expect(fetches).toBeLessThanOrEqual(3);
  await reader?.cancel();
  await until(async () => (await open()) === 0);
  expect(fetches).toBeLessThanOrEqual(4);
});

test('a statement under way ends with the request that it is for', async () => {
  const request = new AbortController();
  await api.db.transaction().execute(async (trx) => {
    await sql`lock table items in access exclusive mode`.execute(trx);
    const answer = app.request(EXPORT, { signal: request.signal });
    await until(async () => (await open("wait_event_type = 'Lock'")) === 1);
    request.abort();
    await until(async () => (await open()) === 0);
    expect((await answer).status).toBe(504);
  });
});

test('a request that is given up before its statement began leaves nothing behind', async () => {
  const request = new AbortController();
  const answer = app.request(EXPORT, { signal: request.signal });
  request.abort();
  expect((await answer).status).toBe(504);
  await until(async () => (await open()) === 0);
});

test('a few exports run at once, and the next is told to wait', async () => {
  const running = await Promise.all([1, 2, 3].map(() => app.request(EXPORT)));
  const refused = await app.request(EXPORT);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
  for (const { body } of running) await body?.cancel();
  await until(async () => (await open()) === 0);
  expect((await exported('account=nobody')).response.status).toBe(200);
});
