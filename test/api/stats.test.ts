import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApp } from '../../api/app.ts';
import type { Restriction } from '../../model/access.ts';
import { quietTime } from '../support/past.ts';
import { discoverEstate, type Estate } from './estate.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

const STATS = '/api/v3/cmdb/stats';
const ESTATE: Estate = [
  { id: 'web', team: 'shop', needs: ['db'] },
  { id: 'db', team: 'shop' },
  { id: 'ledger', team: 'bank' },
  { id: 'loose' },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
}, 300_000);

afterAll(() => api.close());

function asked(restriction: Restriction): Ask {
  const anonymous = { kind: 'token', id: 'x', name: 'x', role: 'reader', restriction } as const;
  return askerOf({ ...api.deps, access: { ...api.deps.access, anonymous } });
}

/** Moves all commits so far back, as if they had come days before. */
async function shift(days: number): Promise<void> {
  await sql`update ticks set committed_at = committed_at - make_interval(days => ${days})`.execute(
    api.db,
  );
}

async function today(): Promise<string> {
  return (await quietTime(api.db)).toISOString().slice(0, 10);
}

test('items are counted by account, region and team, and those of none are in none', async () => {
  const { body } = await api.ask(STATS);
  expect(body).toMatchObject({
    total_cis: 4,
    by_account: { '111122223333': 4 },
    by_region: { 'eu-west-1': 4 },
    by_team: { shop: 2, bank: 1 },
  });
  expect((await asked({ teams: ['bank'] })(STATS)).body).toMatchObject({
    total_cis: 1,
    by_team: { bank: 1 },
  });
});

test('the trend tells day by day what was added, changed and retired', async () => {
  const day = await today();
  expect((await api.ask(STATS)).body.trend).toEqual([{ day, added: 4, changed: 0, retired: 0 }]);

  await shift(2);
  const changed = ESTATE.map((part) => (part.id === 'db' ? { ...part, size: 2 } : part));
  await discoverEstate(api.db, [...changed, { id: 'new', team: 'bank' }]);
  const then = await quietTime(api.db);
  // Missing twice is retired, which is a version, too.
  for (let times = 0; times < 2; times++) await discoverEstate(api.db, changed);

  const { trend } = (await api.ask(STATS)).body;
  expect(trend).toEqual([
    { day: expect.any(String), added: 4, changed: 0, retired: 0 },
    { day: await today(), added: 1, changed: 2, retired: 1 },
  ]);
  const past = await api.ask(`${STATS}?as_of=${then.toISOString()}`);
  expect(past.body.trend.at(-1)).toEqual({ day, added: 1, changed: 1, retired: 0 });
  const bank = (await asked({ teams: ['bank'] })(STATS)).body.trend;
  expect(bank.at(-1)).toEqual({ day, added: 1, changed: 1, retired: 1 });
});

test('days beyond thirty, and days of which history is not kept, are not in the trend', async () => {
  await shift(29);
  // The first commits came 31 days ago, the others 29.
  expect((await api.ask(STATS)).body.trend).toHaveLength(1);
  await sql`update history_bound set kept_from = now() - interval '28 days'`.execute(api.db);
  expect((await api.ask(STATS)).body.trend).toEqual([]);
  await sql`update history_bound set kept_from = null`.execute(api.db);
});

test('counts are read once for a commit, whoever asks, and anew after the next', async () => {
  let reads = 0;
  const counting = api.db.withPlugin({
    transformQuery: ({ node }) => {
      if (JSON.stringify(node).includes('grouping sets')) reads++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const app = createApp({ ...api.deps, db: counting });
  const ask = async () => (await (await app.request(STATS)).json()) as { total_cis: number };
  const [first] = await Promise.all([ask(), ask(), ask()]);
  await ask();
  expect(reads).toBe(1);
  const before = reads;
  await ask();
  expect(reads).toBe(before);
  await discoverEstate(api.db, [...ESTATE, { id: 'late' }]);
  expect((await ask()).total_cis).toBe((first?.total_cis ?? 0) + 1);
  expect(reads).toBe(before + 1);
});
