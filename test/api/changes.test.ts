import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../../api/app.ts';
import type { Principal } from '../../model/access.ts';
import { type EventListener, listenTo } from '../support/event-stream.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { askerOf, startTestApi, type TestApi } from './test-api.ts';

const CHANGES = '/api/v3/cmdb/changes';

const FIRST: Estate = [
  { id: 'web', environment: 'production', team: 'shop', needs: ['db'] },
  { id: 'db', ci_type: 'aws_rds', environment: 'production', team: 'data' },
];
const SECOND: Estate = [
  { id: 'web', environment: 'production', team: 'shop', needs: ['db'], size: 5 },
  { id: 'db', ci_type: 'aws_rds', environment: 'staging', team: 'data' },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, FIRST);
  await discoverEstate(api.db, SECOND);
}, 300_000);

afterAll(() => api.close());

interface Event {
  type: string;
  seq: number;
  ci?: { name: string };
  source?: { name: string };
}
const told = (events: Event[]) =>
  events.map(({ type, ci, source }) => `${type} ${(ci ?? source)?.name}`).sort();

async function all(query: string): Promise<Event[]> {
  const { status, body } = await api.ask(`${CHANGES}?${query}`);
  expect([status, body.has_more]).toEqual([200, false]);
  return body.items;
}

test('the feed has every change once, in pages of any size', async () => {
  const whole = await all('limit=500');
  expect(told(whole)).toEqual([
    'ci.created db',
    'ci.created web',
    'ci.updated db',
    'ci.updated web',
    'relationship.added web',
  ]);
  const paged: Event[] = [];
  let after = '';
  for (;;) {
    const { body } = await api.ask(`${CHANGES}?limit=1${after}`);
    paged.push(...body.items);
    after = `&after=${body.next_cursor}`;
    if (!body.has_more) break;
  }
  expect(paged).toEqual(whole);
  expect(await all(after)).toEqual([]);
});

test.each([
  ['type=ci.created', ['ci.created db', 'ci.created web']],
  [
    'type=ci.created&type=relationship.added&team=shop',
    ['ci.created web', 'relationship.added web'],
  ],
  ['ci_type=database', ['ci.created db', 'ci.updated db', 'relationship.added web']],
  ['environment=staging', ['ci.updated db']],
  ['environment=production&type=ci.updated', ['ci.updated db', 'ci.updated web']],
  [`ci_id=${partId('web')}`, ['ci.created web', 'ci.updated web', 'relationship.added web']],
  ['provider=gcp', []],
  ['account=111122223333&team=data&type=ci.created', ['ci.created db']],
])('%s finds what it says', async (query, expected) => {
  expect(told(await all(query))).toEqual(expected);
});

test('after=now begins behind everything that there is', async () => {
  expect(await all('after=now')).toEqual([]);
});

test('whoever may see a part hears of that part', async () => {
  const anonymous: Principal = {
    kind: 'token',
    id: 'x',
    name: 'x',
    role: 'reader',
    restriction: { teams: ['shop'] },
  };
  const ask = askerOf({ ...api.deps, access: { ...api.deps.access, anonymous } });
  const { body } = await ask(CHANGES);
  expect(told(body.items)).toEqual(['ci.created web', 'ci.updated web']);
});

test('a cursor that cannot be read from is refused, and says why', async () => {
  const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
  for (const bad of ['nonsense', cursor([-1]), cursor([1, 'else', partId('web')]), cursor([1e6])]) {
    const { status, body } = await api.ask(`${CHANGES}?after=${bad}`);
    expect([bad, status, body.errors?.[0]?.field]).toEqual([bad, 400, 'after']);
  }
  const header = { accept: 'text/event-stream', 'last-event-id': 'nonsense' };
  const { status, body } = await api.ask(CHANGES, { headers: header });
  expect([status, body.errors?.[0]?.field]).toEqual([400, 'Last-Event-ID']);

  const kept_from = new Date();
  await api.db.updateTable('history_bound').set({ seq: 1, kept_from }).execute();
  const pruned = await api.ask(`${CHANGES}?after=${cursor([0])}`);
  expect(pruned.status).toBe(410);
  expect(pruned.body.errors).toMatchObject([
    { field: 'after', allowed: { earliest: kept_from.toISOString() } },
  ]);
  await api.db.updateTable('history_bound').set({ seq: 0, kept_from: null }).execute();
});

async function listen(query: string, lastEventId?: string): Promise<EventListener> {
  const response = await createApp(api.deps).request(`${CHANGES}${query}`, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
    },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return listenTo(response);
}

test('a listener hears what was and what comes, and goes on where it broke off', async () => {
  const whole = await all('limit=500');
  const listener = await listen('');
  const heard: Event[] = [];
  let brokenOffAt: string | undefined;
  while (heard.length < 2) {
    const { id, event, data } = await listener.next();
    heard.push(JSON.parse(data));
    expect(event).toBe(heard.at(-1)?.type);
    brokenOffAt = id;
  }
  await listener.leave();

  const again = await listen('?after=now', brokenOffAt);
  while (heard.length < whole.length) heard.push(JSON.parse((await again.next()).data));
  expect(heard).toEqual(whole);
  const next = again.next();
  await discoverEstate(api.db, [...SECOND, { id: 'new' }]);
  const { data, id } = await next;
  expect(told([JSON.parse(data)])).toEqual(['ci.created new']);
  expect(told(await all(`after=${id}`))).toEqual([]);
  await again.leave();
});

test('listeners hear what they asked for, each from its own place', async () => {
  const listeners = await Promise.all([
    listen('?after=now&environment=production'),
    listen('?after=now&environment=staging'),
    listen('?after=now'),
  ]);
  const next = Promise.all(listeners.map((listener) => listener.next()));
  await discoverEstate(api.db, [...SECOND, { id: 'new' }, { id: 'p1', environment: 'production' }]);
  await discoverEstate(api.db, [
    ...SECOND,
    { id: 'new' },
    { id: 'p1', environment: 'production' },
    { id: 's1', environment: 'staging' },
  ]);
  const names = (await next).map(({ data }) => JSON.parse(data).ci.name);
  expect(names).toEqual(['p1', 's1', 'p1']);
  await Promise.all(listeners.map((listener) => listener.leave()));
});

test('a stream ends when the process is told to stop', async () => {
  const stopping = new AbortController();
  const app = createApp({ ...api.deps, stopping: stopping.signal });
  const response = await app.request(`${CHANGES}?after=now`, {
    headers: { accept: 'text/event-stream' },
  });
  const listener = listenTo(response);
  stopping.abort();
  await listener.ended;
  expect(listener.lastId).toBeDefined();
});
