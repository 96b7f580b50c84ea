import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ITEM_SORTS } from '../../model/item-sorts.ts';
import { quietTime } from '../support/past.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { askerOf, startTestApi, type TestApi } from './test-api.ts';

const ESTATE: Estate = [
  {
    id: 'i-0abc',
    name: 'Payments-Api',
    ci_type: 'aws_ec2',
    ip_address: '10.0.0.7',
    hostname: 'ip-10-0-0-7.internal',
    external_id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
    team: 'payments',
    owner: 'ann',
    zone: 'eu-west-1a',
    tags: { tier: 'gold' },
  },
  { id: 'b', name: 'payments-worker', ip_address: '10.0.0.70', team: 'payments', owner: 'bob' },
  { id: 'c', name: 'ledger', ip_address: '10.0.1.7', owner: 'ann', zone: 'eu-west-1b' },
  { id: 'd', name: 'node', ip_address: '10.10.0.7', environment: 'production', team: 'ops' },
  { id: 'e', name: '100%_done', ip_address: 'fd00::7', tags: { tier: 'tin' } },
  { id: 'f', name: 'docker.io/library/nginx', ip_address: '300.1.2.3' },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
}, 300_000);

afterAll(() => api.close());

const CIS = '/api/v3/cmdb/cis';
const PAYMENTS = ['Payments-Api', 'payments-worker'];

async function found(query: Record<string, string>, ask = api.ask) {
  const { status, body } = await ask(`${CIS}?${new URLSearchParams(query)}`);
  expect([query, status]).toEqual([query, 200]);
  expect(body.total).toBe(body.items.length);
  expect(body.total_is_exact).toBe(true);
  return {
    names: body.items.map((item: { name: string }) => item.name).sort(),
    by: body.matched_by,
  };
}

test.each([
  ['team', 'payments', PAYMENTS],
  ['team', 'pay', []],
  ['owner', 'ann', ['Payments-Api', 'ledger']],
  ['availability_zone', 'eu-west-1b', ['ledger']],
  ['tag', 'tier', ['100%_done', 'Payments-Api']],
  ['tag', 'tier:gold', ['Payments-Api']],
  ['tag', 'gold', []],
])('%s=%s finds %j', async (parameter, value, names) => {
  expect((await found({ [parameter]: value })).names).toEqual(names);
});

test.each([
  ['10.0.0.7', ['Payments-Api']],
  ['10.0.0.', PAYMENTS],
  ['10.0.', ['Payments-Api', 'ledger', 'payments-worker']],
  ['10.', ['Payments-Api', 'ledger', 'node', 'payments-worker']],
  ['10.0.0.64/26', ['payments-worker']],
  ['10.0.0.7/23', ['Payments-Api', 'ledger', 'payments-worker']],
  ['192.168.', []],
])('the address %s finds %j', async (q, names) => {
  expect(await found({ q })).toEqual({ names, by: 'address' });
});

test.each([
  ['payments-w', ['payments-worker']],
  ['PAYMENTS', PAYMENTS],
  ['ments', PAYMENTS],
  [' ledger ', ['ledger']],
  ['%_', ['100%_done']],
  ['FD00::', ['100%_done']],
  ['300.1', ['docker.io/library/nginx']],
  ['ip-10-0-0-7', ['Payments-Api']],
  ['i-0ab', ['Payments-Api']],
  ['instance/i-0abc', ['Payments-Api']],
  ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc', ['Payments-Api']],
  ['docker.io/library', ['docker.io/library/nginx']],
])('the text %s finds %j', async (q, names) => {
  expect(await found({ q })).toEqual({ names, by: 'text' });
});

test('what is mistyped finds what is written alike, and only where nothing contains it', async () => {
  expect(await found({ q: 'paymnets' })).toEqual({ names: PAYMENTS, by: 'similarity' });
  expect(await found({ q: 'ledgre' })).toEqual({ names: ['ledger'], by: 'similarity' });
  expect(await found({ q: 'kubernetes' })).toEqual({ names: [], by: 'similarity' });
  // Of what the other filters leave, too.
  expect(await found({ q: 'payments-api', owner: 'bob' })).toEqual({
    names: ['payments-worker'],
    by: 'similarity',
  });
});

test('a search shows nothing of what is hidden, not even by what it matched', async () => {
  const restricted = askerOf({
    ...api.deps,
    access: {
      ...api.deps.access,
      anonymous: {
        kind: 'token',
        id: 'x',
        name: 'x',
        role: 'reader',
        restriction: { teams: ['ops'] },
      },
    },
  });
  expect((await found({}, restricted)).names).toEqual(['node']);
  expect((await found({ q: '10.' }, restricted)).names).toEqual(['node']);
  expect(await found({ q: 'ledger' }, restricted)).toEqual({ names: [], by: 'similarity' });
  expect(await found({ q: 'nothing' }, restricted)).toEqual({ names: [], by: 'similarity' });
});

test('updated_since finds what got a version since, and goes with the past', async () => {
  const before = await quietTime(api.db);
  const changed = ESTATE.map((part) => (part.id === 'c' ? { ...part, size: 5 } : part));
  await discoverEstate(api.db, changed);
  const after = await quietTime(api.db);
  const since = (time: Date, more = {}) => found({ updated_since: time.toISOString(), ...more });
  expect((await since(before)).names).toEqual(['ledger']);
  expect((await since(after)).names).toEqual([]);
  expect((await since(new Date(0))).names).toHaveLength(ESTATE.length);
  expect((await since(new Date('2999-01-01'))).names).toEqual([]);
  expect((await since(before, { as_of: after.toISOString() })).names).toEqual(['ledger']);
  expect((await since(before, { as_of: before.toISOString() })).names).toEqual([]);
  for (const q of ['ledger', 'ledgre', '10.0.1.7']) {
    expect((await found({ q, as_of: before.toISOString() })).names).toEqual(['ledger']);
  }
});

test.each(['name', '-name', 'updated_at', '-updated_at', 'created_at', '-created_at'])(
  'sort=%s is the order of that field',
  async (sort) => {
    const { body } = await api.ask(`${CIS}?sort=${sort}`);
    const field = sort.replace('-', '');
    const values = body.items.map((item: Record<string, string>) => item[field]?.toLowerCase());
    const inOrder = [...values].sort();
    expect(values).toEqual(sort.startsWith('-') ? inOrder.reverse() : inOrder);
  },
);

test('by any sort and any size of page every item comes exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ITEM_SORTS),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom({}, { owner: 'ann' }, { q: '10.' }, { q: 'paymnets' }),
      async (sort, limit, filter) => {
        const names: string[] = [];
        const query = new URLSearchParams({ ...filter, sort, limit: String(limit) });
        for (let cursor: string | null = ''; cursor !== null; ) {
          if (cursor) query.set('cursor', cursor);
          const { status, body } = await api.ask(`${CIS}?${query}`);
          expect(status).toBe(200);
          names.push(...body.items.map((item: { name: string }) => item.name));
          cursor = body.next_cursor;
        }
        const whole = await api.ask(`${CIS}?${new URLSearchParams({ ...filter, sort })}`);
        expect(names).toEqual(whole.body.items.map((item: { name: string }) => item.name));
        expect(new Set(names).size).toBe(names.length);
      },
    ),
    { numRuns: 30 },
  );
});

test('fields leaves of items what is asked for', async () => {
  const all = await api.ask(`${CIS}?q=ledger`);
  const { body } = await api.ask(`${CIS}?q=ledger&fields=ci_id,name,db_engine&fields=owner`);
  expect(body.items).toEqual([{ ci_id: partId('c'), name: 'ledger', owner: 'ann' }]);
  const [whole] = all.body.items;
  const every = await api.ask(`${CIS}?q=ledger&fields=${Object.keys(whole).join(',')}`);
  expect(every.body.items).toEqual([whole]);
});

test.each([
  ['q=%20', 'q'],
  ['q=a%00', 'q'],
  ['sort=size', 'sort'],
  ['fields=name,secret', 'fields.1'],
  ['limit=1001', 'limit'],
  ['updated_since=yesterday', 'updated_since'],
  ['cursor=W10', 'cursor'],
  [`cursor=${Buffer.from('["name",5,"x",true]').toString('base64url')}`, 'cursor'],
])('%s is refused by name', async (query, field) => {
  const { status, body } = await api.ask(`${CIS}?${query}`);
  expect([status, body.errors[0].field]).toEqual([400, field]);
});

test('a cursor is of its order, and says so in another', async () => {
  const { body } = await api.ask(`${CIS}?sort=name&limit=1`);
  const on = await api.ask(`${CIS}?limit=1&cursor=${body.next_cursor}`);
  expect(on.body.items[0].name).toBe('docker.io/library/nginx');
  const other = await api.ask(`${CIS}?sort=-name&limit=1&cursor=${body.next_cursor}`);
  expect(other.status).toBe(400);
  expect(other.body.errors).toEqual([
    { field: 'cursor', message: 'is of a list sorted by name', allowed: ['name'] },
  ]);
});

test('what is known already is not sent again', async () => {
  for (const path of ['/cis?q=ledger', `/ci/${partId('c')}`]) {
    const first = await api.ask(`/api/v3/cmdb${path}`);
    const etag = first.headers.get('etag') ?? 'none';
    const again = await api.ask(`/api/v3/cmdb${path}`, { headers: { 'if-none-match': etag } });
    expect([path, again.status, again.body]).toEqual([path, 304, '']);
    expect(again.headers.get('etag')).toBe(etag);
  }
  const path = `/api/v3/cmdb/ci/${partId('c')}`;
  const etag = (await api.ask(path)).headers.get('etag') ?? '';
  // That it is missing makes no version, and must be heard of all the same.
  await discoverEstate(
    api.db,
    ESTATE.filter(({ id }) => id !== 'c'),
  );
  const now = await api.ask(path, { headers: { 'if-none-match': etag } });
  expect(now.status).toBe(200);
  expect(now.body.missing_since).not.toBeNull();
});

test('long answers are compressed for whoever takes that, and streams of events are not', async () => {
  const headers = { 'accept-encoding': 'gzip' };
  const { createApp } = await import('../../api/app.ts');
  const app = createApp(api.deps);
  const list = await app.request(CIS, { headers });
  expect(list.headers.get('content-encoding')).toBe('gzip');
  expect(list.headers.get('vary')).toMatch(/accept-encoding/i);
  const body = list.body?.pipeThrough(new DecompressionStream('gzip'));
  expect(await new Response(body).json()).toHaveProperty('total');
  const stream = await app.request('/api/v3/cmdb/changes', {
    headers: { ...headers, accept: 'text/event-stream' },
  });
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(stream.headers.get('content-encoding')).toBeNull();
  await stream.body?.cancel();
});
