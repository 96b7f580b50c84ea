import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

/** web → api → db → disk → rack → site; a cycle; two ways to one item; all three spreads. */
const ESTATE: Estate = [
  { id: 'web', environment: 'production', needs: ['api', 'auth'], talks_to: ['metrics'] },
  { id: 'api', environment: 'staging', needs: ['db', 'web'] },
  { id: 'auth', environment: 'staging', needs: ['db'] },
  { id: 'db', ci_type: 'database', environment: 'production', needs: ['disk'] },
  { id: 'disk', ci_type: 'block_storage', needs: ['rack'] },
  { id: 'rack', ci_type: 'server', needs: ['site'] },
  { id: 'site', ci_type: 'server', carries: ['app'] },
  { id: 'app', ci_type: 'application' },
  { id: 'metrics' },
  { id: 'front', one_of: ['left', 'right'] },
  { id: 'left', needs: ['power'] },
  { id: 'right', needs: ['power'] },
  { id: 'power' },
];

let api: TestApi;
let nowhere: Graph;
/** The same app with a Neo4j that is away. */
let askWithoutGraph: Ask;

beforeAll(async () => {
  api = await startTestApi();
  nowhere = createGraph({
    uri: 'bolt://127.0.0.1:9',
    username: 'neo4j',
    password: 'x',
    retry_ms: 0,
  });
  askWithoutGraph = askerOf({ ...api.deps, graph: nowhere });
  await discoverEstate(api.db, ESTATE);
  await api.publish();
}, 300_000);

afterAll(async () => {
  await nowhere.close();
  await api.close();
});

const dependencies = (id: string, query = '') =>
  `/api/v3/cmdb/ci/${partId(id)}/dependencies${query}`;
const impact = (id: string, query = '') => `/api/v3/cmdb/ci/${partId(id)}/impact${query}`;
const nameOf = (ciId: string) => ESTATE.find(({ id }) => partId(id) === ciId)?.id;
const names = (items: Array<{ name: string; hops: number }>) =>
  items.map(({ name, hops }) => `${name} ${hops}`);

test('dependencies go as deep as asked, and say when there is more', async () => {
  const one = await api.ask(dependencies('web'));
  expect(one.headers.get('cmdb-answered-by')).toBe('neo4j');
  expect(one.body.ci.name).toBe('web');
  expect(names(one.body.dependencies)).toEqual(['api 1', 'auth 1']);
  expect(one.body.truncated).toBe(true);

  const five = await api.ask(dependencies('web', '?depth=5'));
  expect(names(five.body.dependencies)).toEqual([
    'api 1',
    'auth 1',
    'db 2',
    'disk 3',
    'rack 4',
    'site 5',
  ]);
  expect(five.body.truncated).toBe(false);
  expect(five.body.dependencies[0].via).toEqual({
    relationship_type: 'depends_on',
    ci_id: partId('web'),
  });
});

test('dependencies go along the relations that are named, and the other way', async () => {
  const named = async (query: string) =>
    names((await api.ask(dependencies('site', query))).body.dependencies);
  expect(await named('?direction=needed_by&depth=2')).toEqual(['app 1', 'rack 1', 'disk 2']);
  expect(await named('?direction=needed_by&depth=2&relations=managed_by')).toEqual(['app 1']);
  expect(
    await named('?direction=needed_by&relations=uses&relations=managed_by,depends_on'),
  ).toEqual(['app 1', 'rack 1']);
  expect(await named('?relations=uses')).toEqual([]);

  const wrong = await api.ask(dependencies('site', '?relations=needs'));
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors[0].allowed).toContain('depends_on');
});

test('dependencies are a graph: edges that close a circle, and groups, are told', async () => {
  const { body } = await api.ask(dependencies('web', '?depth=2&relations=depends_on'));
  const edges = body.relationships.map(
    (edge: { source_ci_id: string; target_ci_id: string }) =>
      `${nameOf(edge.source_ci_id)}>${nameOf(edge.target_ci_id)}`,
  );
  expect(edges.sort()).toEqual(['api>db', 'api>web', 'auth>db', 'web>api', 'web>auth']);
  const front = (await api.ask(dependencies('front'))).body.relationships;
  expect(front).toHaveLength(2);
  expect(front[0]).toMatchObject({ redundancy_group: 'part:front', min_up: 1 });
});

test('a relationship over which no failure spreads is no dependency', async () => {
  expect((await api.ask(dependencies('metrics', '?depth=5'))).body.dependencies).toEqual([]);
  expect((await api.ask(impact('metrics'))).body.total_impacted).toBe(0);
});

test('impact counts what is in production, and what may be', async () => {
  const { body } = await api.ask(impact('disk'));
  expect(body).toMatchObject({
    total_impacted: 4,
    critical_impacted: 2,
    unknown_environment_impacted: 0,
    risk_level: 'critical',
    truncated: false,
  });
  expect(names(body.impacted_cis)).toEqual(['db 1', 'api 2', 'auth 2', 'web 3']);
  const [db, first, , web] = body.impacted_cis;
  expect(db.path).toEqual([
    { relationship_type: 'depends_on', source_ci_id: partId('db'), target_ci_id: partId('disk') },
  ]);
  expect(first.path).toHaveLength(2);
  expect(web.path).toHaveLength(3);

  const bounded = (await api.ask(impact('rack', '?depth=1'))).body;
  expect(bounded).toMatchObject({
    total_impacted: 1,
    critical_impacted: 0,
    unknown_environment_impacted: 1,
    risk_level: 'medium',
    truncated: true,
  });
});

test('impact tells what fails from what goes on with less', async () => {
  const effects = async (id: string) =>
    (await api.ask(impact(id))).body.impacted_cis.map(
      ({ name, effect }: { name: string; effect: string }) => `${name} ${effect}`,
    );
  expect(await effects('left')).toEqual(['front degraded']);
  expect(await effects('power')).toEqual(['left outage', 'right outage', 'front outage']);
});

test('a reverse relationship carries the failure to its target', async () => {
  const { body } = await api.ask(impact('site', '?depth=1'));
  expect(names(body.impacted_cis)).toEqual(['app 1', 'rack 1']);
  const needs = await api.ask(dependencies('app'));
  expect(names(needs.body.dependencies)).toEqual(['site 1']);
});

test('Postgres gives the answers of Neo4j, to the letter', async () => {
  for (const { id } of ESTATE) {
    const narrow = dependencies(id, '?depth=3&direction=needed_by&relations=depends_on,uses');
    for (const path of [dependencies(id, '?depth=5'), narrow, impact(id, '?depth=2'), impact(id)]) {
      const graph = await api.ask(path);
      const store = await askWithoutGraph(path);
      expect(graph.headers.get('cmdb-answered-by')).toBe('neo4j');
      expect(store.headers.get('cmdb-answered-by')).toBe('postgres');
      expect(sorted(store.body)).toEqual(sorted(graph.body));
    }
  }
});

test('while the graph is behind, Postgres answers with what was just found', async () => {
  await discoverEstate(api.db, [...ESTATE, { id: 'cron', environment: 'qa', needs: ['metrics'] }]);
  const behind = await api.ask(impact('metrics'));
  expect(behind.headers.get('cmdb-answered-by')).toBe('postgres');
  expect(names(behind.body.impacted_cis)).toEqual(['cron 1']);
  await api.publish();
  const caughtUp = await api.ask(impact('metrics'));
  expect(caughtUp.headers.get('cmdb-answered-by')).toBe('neo4j');
  expect(caughtUp.body).toEqual(behind.body);
});

/** The edges are a set; everything else has an order. */
function sorted<T extends { relationships?: Array<{ relationship_id: string }> }>(body: T): T {
  body.relationships?.sort((a, b) => (a.relationship_id < b.relationship_id ? -1 : 1));
  return body;
}
