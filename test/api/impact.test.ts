import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { discoverParts, type Link, type Part, partId } from '../support/parts.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

const oneOf = (group: string, members: readonly string[], min_up = 1): Link[] =>
  members.map((to) => ({ relation: 'depends_on', to, group, min_up }));

/** A load balancer over three targets, one of which is unhealthy; a quorum; two zones. */
const ESTATE: Part[] = [
  {
    id: 'lb',
    ci_type: 'load_balancer',
    environment: 'production',
    links: [
      { relation: 'depends_on', to: 'web-1', group: 'targets', min_up: 1, health: 'healthy' },
      { relation: 'depends_on', to: 'web-2', group: 'targets', min_up: 1, health: 'unhealthy' },
      { relation: 'depends_on', to: 'web-3', group: 'targets', min_up: 1, health: 'unknown' },
    ],
  },
  { id: 'site', environment: 'production', links: [{ relation: 'depends_on', to: 'lb' }] },
  { id: 'web-1', zone: 'a', tags: { role: 'web' } },
  { id: 'web-2', zone: 'b', tags: { role: 'web' } },
  { id: 'web-3', zone: 'b', tags: { role: 'web' } },
  { id: 'etcd', links: oneOf('members', ['e1', 'e2', 'e3'], 2) },
  { id: 'e1', zone: 'a' },
  { id: 'e2', zone: 'a' },
  { id: 'e3', zone: 'b' },
  { id: 'idle', links: [{ relation: 'monitors', to: 'web-1' }] },
];

let api: TestApi;
let nowhere: Graph;
let askWithoutGraph: Ask;

beforeAll(async () => {
  api = await startTestApi();
  const away = { uri: 'bolt://127.0.0.1:9', username: 'neo4j', password: 'x', retry_ms: 0 };
  nowhere = createGraph(away);
  askWithoutGraph = askerOf({ ...api.deps, graph: nowhere });
  await discoverParts(api.db, ESTATE);
  await api.publish();
}, 300_000);

afterAll(async () => {
  await nowhere.close();
  await api.close();
});

const impactOf = (body: object, ask: Ask = api.ask) =>
  ask('/api/v3/cmdb/impact', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const impactOfParts = (...ids: string[]) => impactOf({ ci_ids: ids.map((id) => partId(id)) });
const effects = (body: { impacted_cis: Array<{ name: string; effect: string }> }) =>
  body.impacted_cis.map(({ name, effect }) => `${name} ${effect}`);

describe('a target that its load balancer finds unhealthy', () => {
  test('is nobody to fall back on', async () => {
    expect(effects((await impactOfParts('web-1')).body)).toEqual(['lb degraded', 'site degraded']);
    expect(effects((await impactOfParts('web-1', 'web-3')).body)).toEqual([
      'lb outage',
      'site outage',
    ]);
    expect(effects((await impactOfParts('web-1', 'web-2')).body)).toEqual([
      'lb degraded',
      'site degraded',
    ]);
  });

  test('counts as lost in the impact of one item as well', async () => {
    const { body } = await api.ask(`/api/v3/cmdb/ci/${partId('web-2')}/impact`);
    expect(effects(body)).toEqual(['lb degraded', 'site degraded']);
    expect(body).toMatchObject({ outages: 0, critical_outages: 0, degraded: 2 });
  });
});

describe('several that fail at once', () => {
  test('take down what each alone would not', async () => {
    expect(effects((await impactOfParts('e1')).body)).toEqual(['etcd degraded']);
    const { body } = await impactOf({ filter: { availability_zone: 'a' } });
    expect(body.failed).toMatchObject({ total: 3, counted: 3 });
    expect(body.failed.cis.map(({ name }: { name: string }) => name).sort()).toEqual([
      'e1',
      'e2',
      'web-1',
    ]);
    expect(effects(body)).toEqual(['etcd outage', 'lb degraded', 'site degraded']);
    expect(body).toMatchObject({
      total_impacted: 3,
      critical_impacted: 2,
      outages: 1,
      critical_outages: 0,
      degraded: 2,
      risk_level: 'critical',
      truncated: false,
    });
  });

  test('are found by tag, and are none of those that are impacted', async () => {
    const { body } = await impactOf({ filter: { tags: { role: 'web' } } });
    expect(body.failed.total).toBe(3);
    expect(effects(body)).toEqual(['lb outage', 'site outage']);
    expect(effects((await impactOfParts('web-1', 'web-3', 'lb')).body)).toEqual(['site outage']);
  });

  test('go as deep as asked; what lies behind makes the answer a lower bound', async () => {
    const { body } = await impactOf({ filter: { tags: { role: null } }, depth: 1 });
    expect(effects(body)).toEqual(['lb outage']);
    expect(body.truncated).toBe(true);
  });

  test('are answered by Postgres as by Neo4j', async () => {
    for (const filter of [{ availability_zone: 'a' }, { availability_zone: 'b' }]) {
      const graph = await impactOf({ filter });
      const store = await impactOf({ filter }, askWithoutGraph);
      expect(graph.headers.get('cmdb-answered-by')).toBe('neo4j');
      expect(store.headers.get('cmdb-answered-by')).toBe('postgres');
      expect(store.body).toEqual(graph.body);
    }
  });
});

test('a filter that finds nothing impacts nothing', async () => {
  const { body } = await impactOf({ filter: { availability_zone: 'nowhere' } });
  expect(body).toMatchObject({ failed: { total: 0, counted: 0, cis: [] }, total_impacted: 0 });
});

test('what does not say what fails is refused, and says why', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const cases: Array<[object, number, string]> = [
    [{}, 400, 'ci_ids'],
    [{ ci_ids: [] }, 400, 'ci_ids'],
    [{ ci_ids: [partId('lb')], filter: { region: 'x' } }, 400, 'ci_ids'],
    [{ filter: {} }, 400, 'filter'],
    [{ filter: { zone: 'a' } }, 400, 'filter.zone'],
    [{ ci_ids: [partId('lb'), unknown] }, 404, 'ci_ids.1'],
  ];
  for (const [body, status, field] of cases) {
    const answer = await impactOf(body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([status, field]);
  }
});
