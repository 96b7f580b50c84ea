import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { overrideItem } from '../../db/postgres/override-item.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const BEFORE: Estate = [
  { id: 'web', environment: 'production', needs: ['api'], tags: { team: 'shop' } },
  { id: 'api', environment: 'staging', needs: ['db'] },
  { id: 'db', ci_type: 'database', size: 1 },
  { id: 'front', one_of: ['left', 'right'] },
  { id: 'left' },
  { id: 'right' },
];
/** The database is another one, the front end stands on one leg, and the web has lost its tag. */
const AFTER: Estate = [
  { id: 'web', environment: 'production', needs: ['api'] },
  { id: 'api', environment: 'production', needs: ['db-2'] },
  { id: 'db-2', ci_type: 'database', size: 2 },
  { id: 'front', one_of: ['left'] },
  { id: 'left' },
];

const BASE = '/api/v3/cmdb';
const PATHS = [
  '/cis?limit=3',
  '/cis?tag=team:shop',
  '/cis?environment=production',
  '/cis?status=retired',
  '/stats',
  ...['web', 'api', 'db', 'front'].flatMap((id) => [
    `/ci/${partId(id)}`,
    `/ci/${partId(id)}/dependencies?depth=3`,
    `/ci/${partId(id)}/dependencies?depth=3&direction=needed_by`,
    `/ci/${partId(id)}/impact`,
  ]),
  `/ci/${partId('right')}/impact`,
  `/ci/${partId('left')}/impact`,
];

let api: TestApi;
let then: Date;
/** What was answered then, of the present. */
const told = new Map<string, object>();
let manyThen: object;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, BEFORE);
  await discoverEstate(api.db, BEFORE);
  await api.publish();
  for (const path of PATHS) told.set(path, timeless((await api.ask(`${BASE}${path}`)).body));
  manyThen = timeless((await impactOfMany({})).body);
  await sleep(5);
  then = new Date();
  await sleep(5);
  for (let scan = 0; scan < 3; scan++) await discoverEstate(api.db, AFTER);
  await overrideItem(api.db, {
    ci_id: partId('web'),
    change: { owner: 'ada' },
    by: 'ada',
    expected_version: null,
  });
  await api.publish();
}, 300_000);

afterAll(() => api.close());

/** An answer without what is said of the present alone. */
function timeless(body: Record<string, unknown>): object {
  const { stale, overrides, coverage, trend, as_of, ...rest } = body;
  const { items } = rest;
  return Array.isArray(items) ? { ...rest, items: items.map(timeless) } : rest;
}

const asOf = (path: string, at: Date | string) =>
  `${BASE}${path}${path.includes('?') ? '&' : '?'}as_of=${
    typeof at === 'string' ? at : at.toISOString()
  }`;

const impactOfMany = (more: object) =>
  api.ask(`${BASE}/impact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: { ci_type: 'database' }, ...more }),
  });

test.each(PATHS)('%s as of a time is what was answered then', async (path) => {
  const { status, body, headers } = await api.ask(asOf(path, then));
  expect(status).toBe(200);
  expect(body.as_of).toBe(then.toISOString());
  expect(timeless(body)).toEqual(told.get(path));
  if (/dependencies|impact/.test(path)) expect(headers.get('cmdb-answered-by')).toBe('postgres');
});

test('the impact of several failures is told of the past, too', async () => {
  const { body } = await impactOfMany({ as_of: then.toISOString() });
  expect(timeless(body)).toEqual(manyThen);
  expect(timeless((await impactOfMany({})).body)).not.toEqual(manyThen);
});

test('pages of the past go on by their cursor', async () => {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = asOf(`/cis?limit=2${cursor ? `&cursor=${cursor}` : ''}`, then);
    const { body } = await api.ask(path);
    names.push(...body.items.map((item: { name: string }) => item.name));
    cursor = body.next_cursor;
  } while (cursor);
  expect(names.sort()).toEqual(BEFORE.map(({ id }) => id).sort());
});

test('before the first commit there was nothing', async () => {
  const long = '2001-01-01T00:00:00Z';
  expect((await api.ask(asOf('/cis', long))).body).toMatchObject({ total: 0, items: [] });
  expect((await api.ask(asOf('/stats', long))).body).toMatchObject({ total_cis: 0 });
  for (const path of ['', '/dependencies', '/impact']) {
    expect((await api.ask(asOf(`/ci/${partId('web')}${path}`, long))).status).toBe(404);
  }
});

test('an item that came later was not there then', async () => {
  expect((await api.ask(asOf(`/ci/${partId('db-2')}`, then))).status).toBe(404);
  expect((await api.ask(`${BASE}/ci/${partId('db-2')}`)).status).toBe(200);
});

test('a time to come is refused, with the newest that is allowed', async () => {
  const { status, body } = await api.ask(asOf('/cis', new Date(Date.now() + 3_600_000)));
  expect(status).toBe(400);
  const [error] = body.errors;
  expect(error).toMatchObject({ field: 'as_of' });
  expect((await api.ask(asOf('/cis', error.allowed.latest))).status).toBe(200);
});

test.each(['yesterday', '2026-05-01', '2026-05-01T12:00:00', '2026-05-01T12:00:00 02:00'])(
  'as_of=%s is no time',
  async (text) => {
    const { status, body } = await api.ask(asOf('/cis', encodeURIComponent(text)));
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: 'as_of' }]);
  },
);

test('a time before the bound of the history is gone, and the bound is told', async () => {
  await api.db.updateTable('history_bound').set({ kept_from: then }).execute();
  for (const path of ['/cis', '/stats', `/ci/${partId('web')}/impact`]) {
    const { status, body } = await api.ask(asOf(path, new Date(then.getTime() - 1)));
    expect(status).toBe(410);
    const allowed = { earliest: then.toISOString() };
    expect(body.errors).toMatchObject([{ field: 'as_of', allowed }]);
  }
  expect((await api.ask(asOf('/cis', then))).status).toBe(200);
  await api.db.updateTable('history_bound').set({ kept_from: null }).execute();
});

test('the history of an item has every version, by pages', async () => {
  const path = `${BASE}/ci/${partId('web')}/history`;
  const { body } = await api.ask(path);
  expect(body).toMatchObject({
    ci_id: partId('web'),
    items: [
      { version: 3, changed_by: 'ada', run_id: null, changes: { owner: { new: 'ada' } } },
      { version: 2, changed_by: null, changes: { 'tags.team': { old: 'shop', new: null } } },
      { version: 1, changes: {} },
    ],
    next_cursor: null,
    kept_from: null,
  });
  const first = await api.ask(`${path}?limit=2`);
  expect(first.body.items).toEqual(body.items.slice(0, 2));
  const second = await api.ask(`${path}?limit=2&cursor=${first.body.next_cursor}`);
  expect(second.body).toMatchObject({ items: body.items.slice(2), next_cursor: null });
  expect((await api.ask(`${BASE}/ci/${crypto.randomUUID()}/history`)).status).toBe(404);
});

test('two times are compared, from the summary to each field', async () => {
  const path = `${BASE}/diff?from=${then.toISOString()}`;
  const { status, body } = await api.ask(path);
  expect(status).toBe(200);
  expect(body.summary).toEqual({
    added: 1,
    changed: 2,
    retired: 2,
    missing: 0,
    back: 0,
    relationship_added: 1,
    relationship_changed: 0,
    relationship_ended: 2,
  });
  const told = body.items.map((one: { kind: string; ci?: { name: string } }) =>
    `${one.kind} ${one.ci?.name ?? ''}`.trim(),
  );
  expect(told.sort()).toEqual([
    'added db-2',
    'changed api',
    'changed web',
    'relationship_added',
    'relationship_ended',
    'relationship_ended',
    'retired db',
    'retired right',
  ]);
  const web = body.items.find((one: { ci?: { name: string } }) => one.ci?.name === 'web');
  expect(web).toMatchObject({
    from_version: 1,
    to_version: 3,
    changes: { 'tags.team': { old: 'shop', new: null }, owner: { old: null, new: 'ada' } },
  });
  const databases = await api.ask(`${path}&ci_type=database`);
  expect(databases.body.summary).toMatchObject({ added: 1, retired: 1, relationship_added: 1 });

  const first = await api.ask(`${path}&limit=5`);
  const rest = await api.ask(
    `${path}&to=${first.body.to}&limit=5&cursor=${first.body.next_cursor}`,
  );
  expect(rest.body).toMatchObject({ summary: null, next_cursor: null });
  expect([...first.body.items, ...rest.body.items]).toEqual(body.items);
});

test('times that cannot be compared are refused, each by its name', async () => {
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const early = '2001-01-01T00:00:00Z';
  for (const [query, field] of [
    [`from=${then.toISOString()}&to=${later}`, 'to'],
    [`from=${later}`, 'from'],
    [`from=${then.toISOString()}&to=${early}`, 'from'],
    ['to=2026-01-01T00:00:00Z', 'from'],
    [`from=${early}&cursor=nonsense`, 'cursor'],
  ]) {
    const { status, body } = await api.ask(`${BASE}/diff?${query}`);
    expect([query, status, body.errors?.[0]?.field]).toEqual([query, 400, field]);
  }
});
