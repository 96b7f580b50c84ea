import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../../../api/app.ts';
import { isVisibleTo } from '../../../db/postgres/visibility.ts';
import type { Principal, Restriction } from '../../../model/access.ts';
import { discoverEstate, type Estate, partId } from '../estate.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from '../test-api.ts';

const BASE = '/api/v3/cmdb';

/** The shop's web fails with the shop's database over a proxy and a disk of others. */
const ESTATE: Estate = [
  { id: 'web', environment: 'production', team: 'shop', needs: ['proxy'] },
  { id: 'proxy', environment: 'production', team: 'net', needs: ['db'] },
  { id: 'db', environment: 'staging', team: 'shop', needs: ['disk'] },
  { id: 'disk', environment: 'production' },
  { id: 'ledger', environment: 'production', team: 'bank', needs: ['disk'] },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
  await api.publish();
}, 300_000);

afterAll(() => api.close());

function principalWith(restriction: Restriction): Principal {
  return { kind: 'token', id: 'x', name: 'x', role: 'reader', restriction };
}

/** Asks as somebody who may see a part. */
function asked(restriction: Restriction): Ask {
  return askerOf({
    ...api.deps,
    access: { ...api.deps.access, anonymous: principalWith(restriction) },
  });
}

const namesOf = (items: Array<{ name: string }>) => items.map(({ name }) => name).sort();

const RESTRICTIONS: Array<[Restriction, string[]]> = [
  [{ teams: ['shop'] }, ['db', 'web']],
  [{ teams: ['shop', 'net'] }, ['db', 'proxy', 'web']],
  [{ environments: ['production'] }, ['disk', 'ledger', 'proxy', 'web']],
  [{ environments: ['production'], teams: ['shop'] }, ['web']],
  [{ accounts: ['111122223333'] }, ['db', 'disk', 'ledger', 'proxy', 'web']],
  [{ accounts: ['999999999999'] }, []],
  [{ accounts: ['111122223333'], teams: ["x' or true --"] }, []],
];

test.each(RESTRICTIONS)('%j sees in lists, alone and in counts: %j', async (restriction, seen) => {
  const ask = asked(restriction);
  const list = (await ask(`${BASE}/cis`)).body;
  expect([namesOf(list.items), list.total]).toEqual([seen, seen.length]);
  for (const { id } of ESTATE) {
    // The first answer comes from the store, the second from the cache.
    for (const _ of ['store', 'cache']) {
      const { status } = await ask(`${BASE}/ci/${partId(id)}`);
      expect([id, status]).toEqual([id, seen.includes(id) ? 200 : 404]);
    }
    for (const question of ['dependencies', 'impact']) {
      const { status } = await ask(`${BASE}/ci/${partId(id)}/${question}`);
      expect([id, status]).toEqual([id, seen.includes(id) ? 200 : 404]);
    }
  }
  const stats = (await ask(`${BASE}/stats`)).body;
  expect(stats.total_cis).toBe(seen.length);
  const edges = ESTATE.flatMap(({ id, needs = [] }) => needs.map((need) => [id, need]));
  expect(stats.total_relationships).toBe(
    edges.filter((ends) => ends.every((id) => seen.includes(id))).length,
  );
});

test('what is hidden is told apart from what is not there only by nothing at all', async () => {
  const ask = asked({ teams: ['shop'] });
  const hidden = await ask(`${BASE}/ci/${partId('ledger')}`);
  const absent = await ask(`${BASE}/ci/${partId('none')}`);
  const withoutIds = ({ body }: typeof hidden) =>
    JSON.stringify(body).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');
  expect(withoutIds(hidden)).toBe(withoutIds(absent));
});

test.each(['neo4j', 'postgres'])('walks count what they hide, from %s', async (store) => {
  const restriction: Restriction = { teams: ['shop'] };
  const graph =
    store === 'neo4j'
      ? api.graph
      : { ...api.graph, read: () => Promise.reject(new Error('not asked')) };
  const deps = {
    ...api.deps,
    graph,
    access: { ...api.deps.access, anonymous: principalWith(restriction) },
  };
  if (store === 'postgres') await discoverEstate(api.db, [...ESTATE, { id: 'newer' }]);
  const ask = askerOf(deps);

  const needs = await ask(`${BASE}/ci/${partId('web')}/dependencies?depth=5`);
  expect(needs.headers.get('cmdb-answered-by')).toBe(store);
  expect(namesOf(needs.body.dependencies)).toEqual(['db']);
  expect(needs.body.dependencies[0].via.ci_id).toBeNull();
  expect(needs.body.relationships).toEqual([]);
  expect(needs.body.hidden).toBe(2);

  const impact = await ask(`${BASE}/ci/${partId('db')}/impact`);
  expect(namesOf(impact.body.impacted_cis)).toEqual(['web']);
  expect(impact.body).toMatchObject({ total_impacted: 1, critical_impacted: 1, hidden: 1 });
  expect(impact.body.impacted_cis[0].path).toEqual([
    { relationship_type: 'depends_on', source_ci_id: null, target_ci_id: partId('db') },
    { relationship_type: 'depends_on', source_ci_id: partId('web'), target_ci_id: null },
  ]);
  for (const { body } of [needs, impact]) {
    const text = JSON.stringify(body);
    for (const id of ['proxy', 'disk', 'ledger']) expect(text).not.toContain(partId(id));
  }
});

test('only what is seen can be said to fail, and to suffer', async () => {
  const impactOf = async (restriction: Restriction, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return asked(restriction)(`${BASE}/impact`, init);
  };
  const unseen = await impactOf({ teams: ['shop'] }, { ci_ids: [partId('disk')] });
  expect(unseen.status).toBe(404);
  const filter = { account: '111122223333', environment: 'staging' };
  const { body } = await impactOf({ teams: ['shop'] }, { filter });
  expect(namesOf(body.failed.cis)).toEqual(['db']);
  expect(namesOf(body.impacted_cis)).toEqual(['web']);
  expect(body).toMatchObject({ hidden: 1, risk_level: 'critical' });
  expect(JSON.stringify(body)).not.toContain(partId('proxy'));
  const none = await impactOf({ environments: ['production'] }, { filter });
  expect(none.body.failed.total).toBe(0);
});

test('relationships and surroundings end where what is seen ends', async () => {
  const ask = asked({ teams: ['shop', 'net'] });
  const db = await ask(`${BASE}/ci/${partId('db')}/relationships`);
  expect(db.body.items.map(({ other }: { other: { name: string } }) => other.name)).toEqual([
    'proxy',
  ]);
  const { body } = await ask(`${BASE}/graph?ci_id=${partId('db')}&depth=3`);
  expect(namesOf(body.nodes)).toEqual(['db', 'proxy', 'web']);
  expect(body.nodes[0]).toMatchObject({ name: 'db', left_out: 1 });
  for (const answer of [db.body, body]) {
    const text = JSON.stringify(answer);
    for (const id of ['disk', 'ledger']) expect(text).not.toContain(partId(id));
  }
  const unseen = [`/ci/${partId('disk')}/relationships`, `/graph?ci_id=${partId('disk')}`];
  for (const path of unseen) expect((await ask(BASE + path)).status).toBe(404);
  const whole = [`/path?from=${partId('db')}&to=${partId('web')}`, '/spof'];
  for (const path of whole) expect((await ask(BASE + path)).status).toBe(403);
});

test('a risk that is hidden is told all the same', async () => {
  const ask = asked({ environments: ['staging'] });
  const { body } = await ask(`${BASE}/ci/${partId('db')}/impact`);
  expect(body).toMatchObject({ total_impacted: 0, hidden: 2, risk_level: 'critical' });
});

test('the past, the history and the feed are told of what is theirs', async () => {
  const ask = asked({ teams: ['shop'] });
  const then = new Date().toISOString();
  const namesAt = async (path: string) => namesOf((await ask(`${BASE}${path}`)).body.items);
  expect(await namesAt(`/cis?as_of=${then}`)).toEqual(['db', 'web']);
  for (const question of ['', '/dependencies', '/impact']) {
    const at = (id: string) => ask(`${BASE}/ci/${partId(id)}${question}?as_of=${then}`);
    expect([(await at('web')).status, (await at('ledger')).status]).toEqual([200, 404]);
  }
  const past = await ask(`${BASE}/ci/${partId('db')}/impact?as_of=${then}`);
  expect(past.body).toEqual({
    as_of: then,
    ...(await ask(`${BASE}/ci/${partId('db')}/impact`)).body,
  });
  expect((await ask(`${BASE}/ci/${partId('web')}/history`)).status).toBe(200);
  expect((await ask(`${BASE}/ci/${partId('ledger')}/history`)).status).toBe(404);

  interface Told {
    ci?: { name: string };
    source?: { name: string };
  }
  const heard = async (path: string): Promise<string[]> => {
    const { items } = (await ask(`${BASE}${path}`)).body;
    return items.map(({ ci, source }: Told) => (ci ?? source)?.name).sort();
  };
  expect(await heard('/changes')).toEqual(['db', 'web']);
  expect(await heard('/diff?from=2001-01-01T00:00:00Z')).toEqual(['db', 'web']);
});

test('every route that answers whoever is restricted was looked at here', async () => {
  const document = (await (await createApp(api.deps).request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, object>>;
  };
  const filtered = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => Reflect.get(operation, 'x-restricted') === 'filtered')
      .map(([method]) => `${method} ${path.slice(BASE.length)}`),
  );
  // Those of sources and duplicates in `reconciliation.test.ts`.
  expect(filtered.sort()).toEqual([
    'delete /duplicates/decisions/{decision_id}',
    'get /changes',
    'get /ci/{ci_id}',
    'get /ci/{ci_id}/dependencies',
    'get /ci/{ci_id}/history',
    'get /ci/{ci_id}/impact',
    'get /ci/{ci_id}/relationships',
    'get /ci/{ci_id}/sources',
    'get /cis',
    'get /diff',
    'get /duplicates',
    'get /duplicates/decisions',
    'get /graph',
    'get /stats',
    'patch /ci/{ci_id}',
    'post /impact',
    'put /duplicates/decisions',
  ]);
});

test('an item of nobody fits no list of teams', () => {
  const item = { environment: 'production', account: null, team: null };
  expect(isVisibleTo({ teams: ['shop'] }, item)).toBe(false);
  expect(isVisibleTo({ accounts: ['a'] }, item)).toBe(false);
  expect(isVisibleTo({ environments: ['production'] }, item)).toBe(true);
  expect(isVisibleTo(null, item)).toBe(true);
});
