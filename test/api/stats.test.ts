import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../api/app.ts';
import type { Restriction } from '../../model/access.ts';
import { serveApi } from '../cli/serve-test-api.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

const STATS = '/api/v3/cmdb/stats';

const ESTATE: Estate = [
  { id: 'web-1', ci_type: 'aws_ec2', environment: 'production', team: 'shop' },
  { id: 'web-2', ci_type: 'aws_ec2', environment: 'staging', team: 'shop' },
  { id: 'orders', ci_type: 'aws_rds', environment: 'production', team: 'bank' },
  { id: 'queue', ci_type: 'message_queue' },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
}, 300_000);

afterAll(() => api.close());

function asked(restriction: Restriction): Ask {
  const principal = { kind: 'token', id: 'x', name: 'x', role: 'reader', restriction } as const;
  return askerOf({ ...api.deps, access: { ...api.deps.access, anonymous: principal } });
}

const DAYS_MS = 86_400_000;
const dayOf = (daysAgo: number) =>
  new Date(Date.now() - daysAgo * DAYS_MS).toISOString().slice(0, 10);

test('items are counted by everything that one asks by, and only those that one sees', async () => {
  expect((await api.ask(STATS)).body).toMatchObject({
    total_cis: 4,
    by_account: { '111122223333': 4 },
    by_region: { 'eu-west-1': 4 },
    by_team: { shop: 2, bank: 1, '(none)': 1 },
  });
  const shop = (await asked({ teams: ['shop'] })(STATS)).body;
  expect(shop).toMatchObject({
    total_cis: 2,
    by_team: { shop: 2 },
    by_account: { '111122223333': 2 },
  });
  expect(shop.trend.at(-1)).toMatchObject({ added: 2 });
});

test('the trend tells of each of 30 days what was added, changed and retired', async () => {
  // What has happened, happened ten days ago.
  await sql`update ticks set committed_at = committed_at - interval '10 days'`.execute(api.db);
  const changed = ESTATE.map((part) => (part.id === 'web-1' ? { ...part, size: 7 } : part));
  await discoverEstate(api.db, changed);
  await discoverEstate(api.db, changed.slice(0, 3));
  await discoverEstate(api.db, changed.slice(0, 3));
  const { trend } = (await api.ask(STATS)).body;
  expect(trend).toHaveLength(30);
  expect([trend[0].day, trend.at(-1).day]).toEqual([dayOf(29), dayOf(0)]);
  expect(trend.filter((day: object) => Object.values(day).some((value) => value > 0))).toEqual([
    { day: dayOf(10), added: 4, changed: 0, retired: 0 },
    { day: dayOf(0), added: 0, changed: 1, retired: 1 },
  ]);
});

test('what was counted holds until the next commit, and no longer', async () => {
  const before = (await api.ask(STATS)).body;
  expect((await api.ask(STATS)).body).toEqual(before);
  await discoverEstate(api.db, [...ESTATE.slice(0, 3), { id: 'new', ci_type: 'aws_ec2' }]);
  expect((await api.ask(STATS)).body.by_type.aws_ec2).toBe(before.by_type.aws_ec2 + 1);
});

test.each([STATS, `/api/v3/cmdb/ci/${partId('web-2')}`])(
  '%s: who has the answer is told that it still holds, until it does not',
  async (path) => {
    const first = await api.ask(path);
    const tag = first.headers.get('etag') ?? '';
    const again = () => api.ask(path, { headers: { 'if-none-match': `"other", ${tag}` } });
    const held = await again();
    expect([held.status, held.body, held.headers.get('etag')]).toEqual([304, '', tag]);
    // A new proof is no new version, but it is told when an item was last seen.
    await discoverEstate(api.db, [...ESTATE.slice(0, 3), { id: path }]);
    const changed = await again();
    expect([changed.status, changed.headers.get('etag') === tag]).toEqual([200, false]);
  },
);

test('a refusal that takes the place of another answer is not called compressed when it is not', async () => {
  const served = await serveApi(api.deps);
  try {
    // The client decodes what the header says, and fails where the body is something else.
    const refused = await fetch(`${served.url}${STATS}`, { method: 'PUT' });
    expect([refused.status, await refused.json()]).toEqual([
      405,
      expect.objectContaining({ status: 405 }),
    ]);
  } finally {
    await served.close();
  }
});

test('answers are compressed for those who can read that', async () => {
  const app = createApp(api.deps);
  const plain = await app.request(`${STATS}`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const packed = await app.request(`${STATS}`, { headers: { 'accept-encoding': 'gzip' } });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.headers.get('vary')).toMatch(/accept-encoding/i);
  const unpacked = gunzipSync(Buffer.from(await packed.arrayBuffer())).toString();
  expect(JSON.parse(unpacked)).toEqual(await plain.json());
});
