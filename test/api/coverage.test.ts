import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { OPEN } from '../../api/access/policy.ts';
import { closeSliceScan, openSliceScan } from '../../db/postgres/slice-scan.ts';
import { sliceId } from '../../model/identity.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import { discoverThings, planThings, thingId, thingType, typeNamed } from '../support/things.ts';
import { type Answer, startTestApi, type TestApi } from './test-api.ts';

const BASE = '/api/v3/cmdb';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 300_000);

afterAll(() => api.close());

beforeEach(async () => {
  await sql`truncate items, runs, slices, scopes, schedules, ticks cascade`.execute(api.db);
});

const SCHEDULE = {
  time_zone: 'UTC',
  jitter_seconds: 0,
  overlap: 'skip' as const,
  request: '{}',
};

const sliceIn = (account: string, type = thingType) =>
  sliceId('host', account, GLOBAL_REGION, type.name);
const numbered = (to: number) => Array.from({ length: to }, (_, i) => ({ id: `n${i}` }));
const get = (path: string) => api.ask(`${BASE}${path}`);
const post = (path: string, body: unknown) =>
  api.ask(`${BASE}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function deny(account: string): Promise<void> {
  const runId = randomUUID();
  await planThings(api.db, runId, { account });
  await openSliceScan(api.db, runId, sliceIn(account));
  await closeSliceScan(api.db, runId, sliceIn(account), {
    outcome: 'denied',
    error_code: 'AccessDenied',
    error_message: 'You may not.',
    missing_permission: 'thing:List',
  });
}

async function hold(account: string): Promise<void> {
  await discoverThings(api.db, numbered(60), { account });
  await discoverThings(api.db, numbered(5), { account });
}

test('coverage says of each slice how its last scan ended, and sums it up', async () => {
  await discoverThings(api.db, numbered(2), { account: 'a' });
  await discoverThings(api.db, numbered(1), { account: 'b', outcome: 'partial' });
  await discoverThings(api.db, numbered(3), { account: 'c' });
  await deny('c');
  await planThings(api.db, randomUUID(), { account: 'd' });
  const { status, body } = await get('/coverage');
  expect(status).toBe(200);
  expect(
    body.items.map(({ account, state, population }: Answer['body']) => [
      account,
      state,
      population,
    ]),
  ).toEqual([
    ['a', 'complete', 2],
    ['b', 'partial', 1],
    ['c', 'denied', 3],
    ['d', 'never', 0],
  ]);
  const { oldest_proof, ...counts } = body.summary;
  expect(counts).toEqual({
    slices: 4,
    complete: 1,
    partial: 1,
    denied: 1,
    failed: 0,
    never: 1,
    held: 0,
    unscheduled: 3,
    stale_scopes: 3,
  });
  expect(oldest_proof).toBe(body.items[0].proven_at);
  expect(body.items[2]).toMatchObject({
    missing_permission: 'thing:List',
    error_code: 'AccessDenied',
    hold: null,
  });
  expect(Date.parse(body.items[2].proven_at)).toBeLessThan(Date.parse(body.items[2].scanned_at));
});

test('filters narrow the slices and their counts, and a cursor goes on where a page ended', async () => {
  const other = typeNamed('other_thing');
  for (const account of ['a', 'b', 'c']) {
    await discoverThings(api.db, numbered(1), { account, emptyTypes: [other] });
  }
  await deny('b');
  const denied = await get('/coverage?state=denied');
  expect(denied.body.items).toMatchObject([{ account: 'b', resource_type: thingType.name }]);
  expect(denied.body.summary).toMatchObject({ slices: 1, denied: 1, complete: 0 });
  const typed = await get('/coverage?resource_type=other_thing&provider=host&account=c');
  expect(typed.body.items).toMatchObject([{ account: 'c', resource_type: 'other_thing' }]);

  const seen: string[] = [];
  for (let path: string | null = '/coverage?limit=2'; path; ) {
    const { body } = await get(path);
    expect(body.summary.slices).toBe(6);
    seen.push(...body.items.map((one: Answer['body']) => `${one.account}/${one.resource_type}`));
    path = body.next_cursor && `/coverage?limit=2&cursor=${body.next_cursor}`;
  }
  const types = ['other_thing', thingType.name].sort();
  expect(seen).toEqual(['a', 'b', 'c'].flatMap((account) => types.map((t) => `${account}/${t}`)));
});

test('a slice is stale when it was not proven for twice the interval of its schedule', async () => {
  for (const account of ['fresh', 'old', 'new', 'unasked']) {
    await discoverThings(api.db, numbered(1), { account, outcome: 'partial' });
  }
  await sql`
    update slices set unscheduled_since = null,
      known_since = now() - case when account = 'new' then interval '1 hour' else interval '9 days' end,
      proven_at = case account when 'fresh' then now() - interval '119 minutes'
        when 'old' then now() - interval '121 minutes' end
    from scopes where scopes.scope_id = slices.scope_id
  `.execute(api.db);
  const schedule = {
    owner: 'api' as const,
    time_zone: 'UTC',
    jitter_seconds: 0,
    overlap: 'skip' as const,
  };
  const hourly = JSON.stringify({ accounts: ['fresh', 'old', 'new'] });
  await api.db
    .insertInto('schedules')
    .values([
      { schedule_id: 'hourly', cron: '@hourly', request: hourly, ...schedule },
      { schedule_id: 'yearly', cron: '@yearly', request: '{}', ...schedule },
    ])
    .execute();
  const { body } = await get('/coverage');
  const stale = Object.fromEntries(
    body.items.map((one: Answer['body']) => [one.account, one.stale]),
  );
  expect(stale).toEqual({ fresh: false, old: true, new: false, unasked: false });
  expect(body.summary.stale_scopes).toBe(1);
  expect((await get('/coverage?stale=true')).body.items).toMatchObject([{ account: 'old' }]);
});

test('what is held is shown, and goes when a person approves what they saw', async () => {
  await hold('shop');
  await discoverThings(api.db, numbered(1), { account: 'other' });
  const { body } = await get('/coverage?held=true');
  expect(body.items).toMatchObject([
    { account: 'shop', state: 'complete', hold: { loss: 55, gone: 55, approval: null } },
  ]);
  expect(body.summary).toMatchObject({ slices: 1, held: 1 });
  const path = `/coverage/${sliceIn('shop')}`;
  const first = await get(`${path}/held?limit=30`);
  const second = await get(`${path}/held?limit=30&cursor=${first.body.next_cursor}`);
  const names = [...first.body.items, ...second.body.items].map((item) => item.name);
  expect(new Set(names).size).toBe(55);
  expect(second.body.next_cursor).toBeNull();

  const wrong = await post(`${path}/approve-loss`, { loss: 54, reason: 'sold' });
  expect(wrong).toMatchObject({ status: 409, body: { errors: [{ field: 'loss' }] } });
  const approved = await post(`${path}/approve-loss`, { loss: 55, reason: 'sold' });
  expect(approved).toMatchObject({
    status: 201,
    body: {
      hold: { loss: 55, approval: { loss: 55, reason: 'sold', approved_by: OPEN.anonymous?.name } },
    },
  });
  expect((await post(`${path}/approve-loss`, { loss: 55, reason: 'sold' })).status).toBe(409);
  const { missing } = await discoverThings(api.db, numbered(5), { account: 'shop' });
  expect(missing).toBe(55);
  expect((await get(path)).body.hold).toBeNull();
});

test('an approval of nothing, of no slice, or without a reason is refused and says why', async () => {
  await discoverThings(api.db, numbered(1), { account: 'a' });
  const approve = (slice: string, body: unknown) => post(`/coverage/${slice}/approve-loss`, body);
  expect((await approve(sliceIn('a'), { loss: 1, reason: 'x' })).status).toBe(409);
  expect((await approve(randomUUID(), { loss: 1, reason: 'x' })).status).toBe(404);
  expect(await approve(sliceIn('a'), { loss: 0, reason: '' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'loss' }, { field: 'reason' }] },
  });
  expect((await get(`/coverage/${randomUUID()}/held`)).status).toBe(404);
  expect((await get('/coverage?held=maybe')).body.errors).toMatchObject([{ field: 'held' }]);
  expect((await get('/coverage?cursor=WyJhXHUwMDAwIl0')).body.errors).toMatchObject([
    { field: 'cursor' },
  ]);
});

test('lists and counts of items say how complete they are, for the places that are asked for', async () => {
  await discoverThings(api.db, numbered(3), { account: 'a' });
  await discoverThings(api.db, numbered(1), { account: 'b' });
  await deny('b');
  const all = { slices: 2, complete: 1, denied: 1 };
  expect((await get('/stats')).body.coverage).toMatchObject(all);
  const first = await get('/cis?limit=2');
  expect(first.body.coverage).toMatchObject(all);
  const second = await get(`/cis?limit=2&cursor=${first.body.next_cursor}`);
  expect(second.body.coverage).toBeNull();
  expect((await get('/cis?account=b')).body.coverage).toMatchObject({ slices: 1, denied: 1 });
  // What is listed globally may lie in any region.
  expect((await get('/cis?region=eu-west-1')).body.coverage).toMatchObject(all);
});

test('items of a slice that is stale say so, whether they come from the store or the cache', async () => {
  const id = thingId('n0', 'old');
  await discoverThings(api.db, numbered(1), { account: 'old' });
  await discoverThings(api.db, numbered(1), { account: 'fresh' });
  await sql`update slices set unscheduled_since = null`.execute(api.db);
  for (const age of ['1 minute', '3 hours']) {
    await sql`
      update slices set proven_at = now() - ${age}::interval
      from scopes where scopes.scope_id = slices.scope_id and account = 'old'
    `.execute(api.db);
    await api.db
      .insertInto('schedules')
      .values({ schedule_id: age, owner: 'api', cron: '@hourly', ...SCHEDULE })
      .execute();
    const isOld = age === '3 hours';
    for (const _ of ['store', 'cache']) {
      expect((await get(`/ci/${id}`)).body).toMatchObject({ stale: isOld });
    }
    const { items } = (await get('/cis')).body;
    const stale = items.filter((item: Answer['body']) => item.stale);
    expect(stale.map((item: Answer['body']) => item.account)).toEqual(isOld ? ['old'] : []);
  }
  await sql`update items set retired_at = now() where ci_id = ${id}`.execute(api.db);
  expect((await get(`/ci/${id}`)).body.stale).toBe(false);
});
