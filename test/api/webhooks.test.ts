import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createSealer } from '../../db/sealer.ts';
import { discoverThings } from '../support/things.ts';
import { type Answer, type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

const WEBHOOKS = '/api/v3/cmdb/webhooks';
const URL = 'https://hooks.example.com/cmdb?token=in-the-address';

let api: TestApi;
let ask: Ask;
const sealer = createSealer(randomBytes(32));

beforeAll(async () => {
  api = await startTestApi();
  ask = askerOf({ ...api.deps, sealer });
}, 300_000);

afterAll(() => api.close());

const send = (method: string, path: string, body?: object) =>
  ask(`${WEBHOOKS}${path}`, {
    method,
    ...(body && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
const get = (path: string) => send('GET', path);
const post = (path: string, body?: object) => send('POST', path, body);
const subscribe = async (body: object = {}): Promise<Answer['body']> =>
  (await post('', { url: URL, ...body })).body;

test('the secret is shown when it is made and never again, and is sealed in the store', async () => {
  const added = await post('', { url: URL, description: 'the chat', filter: { team: 'shop' } });
  expect(added).toMatchObject({
    status: 201,
    body: { url: URL, state: 'active', filter: { team: 'shop' }, pending: 0, dead: 0 },
  });
  const { webhook_id, secret } = added.body;
  expect(added.headers.get('location')).toBe(`${WEBHOOKS}/${webhook_id}`);
  expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);

  const replaced = await post(`/${webhook_id}/secret`);
  expect(replaced).toMatchObject({ status: 200, body: { webhook_id } });
  expect(replaced.body.secret).not.toBe(secret);
  const answers = [
    await get(''),
    await get(`/${webhook_id}`),
    await send('PATCH', `/${webhook_id}`, { description: null }),
    await get(`/${webhook_id}/deliveries`),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/whsec_|secret/);
  }
  const { rows } = await sql<{ row: string; secret: string; previous_secret: string }>`
    select webhooks::text as row, secret, previous_secret from webhooks
    where webhook_id = ${webhook_id}
  `.execute(api.db);
  const [stored] = rows;
  expect(stored?.row).not.toContain('whsec_');
  expect(sealer.open(stored?.secret ?? '', webhook_id)).toBe(replaced.body.secret);
  expect(sealer.open(stored?.previous_secret ?? '', webhook_id)).toBe(secret);
});

test('a webhook is changed, paused and removed with its deliveries', async () => {
  const { webhook_id } = await subscribe();
  const changed = await send('PATCH', `/${webhook_id}`, {
    url: 'https://other.example.com/',
    filter: { types: ['ci.retired'], ci_type: 'database' },
    state: 'paused',
  });
  expect(changed.body).toMatchObject({
    url: 'https://other.example.com/',
    filter: { types: ['ci.retired'], ci_type: 'database' },
    state: 'paused',
  });
  expect((await get('')).body.items).toContainEqual(changed.body);
  expect((await send('DELETE', `/${webhook_id}`)).status).toBe(204);
  for (const asked of [get(`/${webhook_id}`), send('DELETE', `/${webhook_id}`)]) {
    expect((await asked).status).toBe(404);
  }
});

test('it hears from now on, or from the beginning of what is kept', async () => {
  await discoverThings(api.db, [{ id: 'a' }], { account: 'cursor' });
  const cursorOf = async (id: string) => {
    const { rows } = await sql<{ cursor: { seq: number } | null; newest: number }>`
      select cursor, (select max(seq) from ticks) as newest from webhooks where webhook_id = ${id}
    `.execute(api.db);
    return rows[0];
  };
  const now = await cursorOf((await subscribe()).webhook_id);
  expect(now?.cursor?.seq).toBe(now?.newest);
  const { webhook_id } = await subscribe({ from: 'beginning' });
  expect((await cursorOf(webhook_id))?.cursor).toBeNull();
});

test('deliveries are listed page by page, and replayed one by one or all that are dead', async () => {
  const { webhook_id } = await subscribe();
  for (const state of ['dead', 'delivered', 'dead', 'pending']) {
    await sql`
      insert into webhook_deliveries (webhook_id, state, filter, event_count, attempts, last_status)
      values (${webhook_id}, ${state}, '{}', 1, 3, 500)
    `.execute(api.db);
  }
  const first = await get(`/${webhook_id}/deliveries?limit=3`);
  const states = (answer: Answer) => answer.body.items.map(({ state }: Answer['body']) => state);
  expect(states(first)).toEqual(['pending', 'dead', 'delivered']);
  const second = await get(`/${webhook_id}/deliveries?limit=3&cursor=${first.body.next_cursor}`);
  expect([states(second), second.body.next_cursor]).toEqual([['dead'], null]);
  expect(states(await get(`/${webhook_id}/deliveries?state=dead`))).toEqual(['dead', 'dead']);
  expect((await get(`/${webhook_id}`)).body).toMatchObject({ dead: 2, pending: 1 });

  const [, , delivered] = first.body.items;
  const replay = `/${webhook_id}/deliveries/${delivered.delivery_id}/replay`;
  expect(await post(replay)).toMatchObject({ status: 202, body: { replayed: 1 } });
  expect(await post(`/${webhook_id}/replay`)).toMatchObject({ body: { replayed: 2 } });
  expect((await get(`/${webhook_id}`)).body).toMatchObject({ dead: 0, pending: 4 });
  const { items } = (await get(`/${webhook_id}/deliveries`)).body;
  expect(items.filter(({ attempts }: Answer['body']) => attempts === 0)).toHaveLength(3);
});

test('what cannot be is refused, with the field and the reason', async () => {
  const { webhook_id } = await subscribe();
  const refusals: Array<[Promise<Answer>, number, string]> = [
    [post('', { url: 'ftp://example.com/' }), 400, 'url'],
    [post('', { url: 'https://user:password@example.com/' }), 400, 'url'],
    [post('', { url: 'https://example.com/#here' }), 400, 'url'],
    [post('', { url: 'nowhere' }), 400, 'url'],
    [post('', {}), 400, 'url'],
    [post('', { url: URL, filter: { types: ['ci.sold'] } }), 400, 'filter.types.0'],
    [post('', { url: URL, filter: { types: [] } }), 400, 'filter.types'],
    [post('', { url: URL, filter: { team: '\0' } }), 400, 'filter.team'],
    [post('', { url: URL, filter: { colour: 'red' } }), 400, 'filter.colour'],
    [post('', { url: URL, secret: 'whsec_mine' }), 400, 'secret'],
    [send('PATCH', `/${webhook_id}`, { state: 'gone' }), 400, 'state'],
    [send('PATCH', `/${randomUUID()}`, { state: 'paused' }), 404, 'webhook_id'],
    [post(`/${webhook_id}/deliveries/${randomUUID()}/replay`), 404, 'delivery_id'],
    [post(`/${randomUUID()}/replay`), 404, 'webhook_id'],
    [post(`/${randomUUID()}/secret`), 404, 'webhook_id'],
    [get(`/${randomUUID()}/deliveries`), 404, 'webhook_id'],
    [get(`/${webhook_id}/deliveries?state=lost`), 400, 'state'],
  ];
  for (const [asked, status, field] of refusals) {
    const { status: got, body } = await asked;
    expect([got, body.errors?.[0]?.field]).toEqual([status, field]);
  }
});
