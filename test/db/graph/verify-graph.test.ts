import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Plan } from 'neo4j-driver';
import { pino } from 'pino';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { createPublishChanges } from '../../../activities/publish-changes.ts';
import { ensureGraphSchema } from '../../../db/graph/ensure-schema.ts';
import type { Fault } from '../../../db/graph/faults.ts';
import { createGraph, type Graph } from '../../../db/graph/graph.ts';
import { rebuildGraph } from '../../../db/graph/rebuild-graph.ts';
import { type GraphReport, verifyGraph } from '../../../db/graph/verify-graph.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { outboxLag } from '../../../db/postgres/outbox.ts';
import { createTestDatabase, emptyGraph, type TestGraph } from '../../support/stores.ts';
import { discoverThings, thingId } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let testGraph: TestGraph;
let db: Db;
let graph: Graph;

/** Several pages of each store. */
const MANY = 100;
const PAGE_ROWS = 30;

const chain = (size: number, name = 'link') =>
  Array.from({ length: size }, (_, n) => ({
    id: `${name}-${n}`,
    needs: n + 1 < size ? [`thing:${name}-${n + 1}`] : [],
  }));

beforeAll(async () => {
  database = await createTestDatabase();
  testGraph = await emptyGraph();
  db = createDatabase({ url: database.url, application_name: 'verify test' });
  graph = createGraph(testGraph);
  await migrateToLatest(db);
  await ensureGraphSchema(graph);
  await discoverThings(db, chain(MANY));
  await publish();
}, 300_000);

afterAll(async () => {
  await Promise.all([db.destroy(), graph.close()]);
  await database.drop();
});

async function publish(deps: Partial<ActivityDeps> = {}): Promise<void> {
  const logger = pino({ level: 'silent' });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const all = { db, graph, cache: null, logger, ...deps } as ActivityDeps;
  await environment.run(createPublishChanges(all));
}

function verify(options: { wait_ms?: number; faults_told?: number } = {}): Promise<GraphReport> {
  return verifyGraph(db, graph, { faults_told: 20, wait_ms: 0, page_rows: PAGE_ROWS, ...options });
}

function rebuild() {
  return rebuildGraph(db, graph, { signal: new AbortController().signal, page_rows: PAGE_ROWS });
}

const found = ({ faults }: GraphReport) =>
  faults.map(({ sort, kind, id, fields }: Fault) => [sort, kind, id, fields.join()]);

test('a graph that was published is equal, type by type, over several pages', async () => {
  const report = await verify();
  expect(report).toMatchObject({ is_equal: true, faults: [], waiting: 0, commits_behind: 0 });
  expect(report.types.map(({ kind, type, in_graph }) => [kind, type, in_graph])).toEqual([
    ['nodes', 'synthetic_thing', MANY],
    ['edges', 'depends_on', MANY - 1],
  ]);
  for (const { hash_graph, hash_postgres } of report.types) {
    expect(hash_graph).toMatch(/^[0-9a-f]{32}$/);
    expect(hash_graph).toBe(hash_postgres);
  }
});

const [first, second, third] = ['link-0', 'link-1', 'link-2'].map((id) => thingId(id));

type Told = [sort: string, kind: string, id?: string | undefined, fields?: string];

test.each<[what: string, spoil: string, faults: Told[]]>([
  [
    'a node that is gone, with its relationships',
    'MATCH (ci {ci_id: $second}) DETACH DELETE ci',
    [
      ['missing', 'nodes', second],
      ['missing', 'edges'],
      ['missing', 'edges'],
    ],
  ],
  [
    'a property that changed',
    `MATCH (ci {ci_id: $first}) SET ci.status = 'failed', ci.region = 'nowhere'`,
    [['differing', 'nodes', first, 'status,region,properties']],
  ],
  [
    'a property that nobody wrote',
    'MATCH (ci {ci_id: $first}) SET ci.colour = [1, 2]',
    [['differing', 'nodes', first, 'properties']],
  ],
  [
    'a version that is newer than any',
    'MATCH (ci {ci_id: $first}) SET ci.version = 99, ci.updated_at = [localtime()]',
    [['differing', 'nodes', first, 'version,updated_at']],
  ],
  [
    'a node that is of no item, with a relationship',
    `MATCH (ci {ci_id: $first})
     CREATE (:ConfigurationItem {ci_id: '00000000-0000-5000-8000-000000000000'})
       -[:USES {relationship_id: 'x'}]->(ci)`,
    [
      ['superfluous', 'nodes', '00000000-0000-5000-8000-000000000000', ''],
      ['superfluous', 'edges', 'x'],
    ],
  ],
  [
    'nodes without an id, or with one that is no text',
    'CREATE (:ConfigurationItem), (:ConfigurationItem {ci_id: 7}), (:ConfigurationItem {ci_id: "zz"})',
    [
      ['superfluous', 'nodes', 'zz'],
      ['superfluous', 'nodes', ''],
      ['superfluous', 'nodes', ''],
    ],
  ],
  [
    'a relationship that is gone',
    'MATCH ({ci_id: $first})-[edge]->() DELETE edge',
    [['missing', 'edges']],
  ],
  [
    'a relationship whose weight changed',
    'MATCH ({ci_id: $first})-[edge]->() SET edge.weight = 0.125',
    [['differing', 'edges', undefined, 'weight']],
  ],
  [
    'a relationship that nobody knows, without an id',
    'MATCH (a {ci_id: $first}), (c {ci_id: $third}) CREATE (a)-[:DEPENDS_ON]->(c)',
    [['superfluous', 'edges', '']],
  ],
  [
    'a relationship that is there twice',
    'MATCH (a {ci_id: $first})-[edge]->(b) CREATE (a)-[copy:DEPENDS_ON]->(b) SET copy = edge',
    [['differing', 'edges', undefined, 'copies']],
  ],
  [
    'a relationship of another type',
    `MATCH (a {ci_id: $first})-[edge]->(b) CREATE (a)-[copy:USES]->(b) SET copy = edge DELETE edge`,
    [['differing', 'edges', undefined, 'relationship_type']],
  ],
])('%s is found, and a rebuild mends it', async (_, spoil, faults) => {
  await graph.write(spoil, { first, second, third });
  const report = await verify();
  expect(report.is_equal).toBe(false);
  const expected = faults.map(([sort, kind, id, fields]) => [
    sort,
    kind,
    id ?? expect.any(String),
    fields ?? expect.any(String),
  ]);
  expect(found(report)).toEqual(expect.arrayContaining(expected));
  expect(report.faults).toHaveLength(faults.length);
  expect(report.types.some((type) => type.hash_graph !== type.hash_postgres)).toBe(true);

  await rebuild();
  expect(await verify()).toMatchObject({ is_equal: true, faults: [], commits_behind: 0 });
});

test('of each sort the first faults are told, and all of them counted', async () => {
  await graph.write(`MATCH (ci) SET ci.name = ci.name + '!'`, {});
  const report = await verify({ faults_told: 3 });
  expect(report.faults).toHaveLength(3);
  expect(report.differing).toBe(report.types[0]?.in_graph);
  expect(await rebuild()).toMatchObject({ nodes_written: report.differing, edges_written: 0 });
});

test('each page of the graph begins in an index where the last one ended', async () => {
  const operators: string[] = [];
  const explaining: Graph = {
    ...graph,
    read: async (query, parameters, timeoutMs) => {
      if (query.includes('LIMIT')) {
        const { summary } = await graph.read(`EXPLAIN ${query}`, parameters);
        operators.push(...(summary.plan ? operatorsOf(summary.plan) : []));
      }
      return graph.read(query, parameters, timeoutMs);
    },
  };
  await verifyGraph(db, explaining, { faults_told: 0, wait_ms: 0, page_rows: PAGE_ROWS });
  expect(operators).toContain('NodeUniqueIndexSeekByRange');
  expect(operators).toContain('PartialTop');
  expect(operators.filter((name) => /Scan$|^Sort$|^Top$/.test(name))).toEqual([]);
});

function operatorsOf({ operatorType, children }: Plan): string[] {
  return [operatorType.replace(/@.*/, ''), ...children.flatMap(operatorsOf)];
}

test('what was not published yet is no fault; it waits', async () => {
  await discoverThings(
    db,
    [
      { id: 'new', needs: ['other'] },
      { id: 'old', keys: ['other'] },
    ],
    {
      account: 'waiting',
    },
  );
  expect(await verify()).toMatchObject({ is_equal: false, faults: [], waiting: 3 });
  await discoverThings(db, [{ id: 'new', size: 2 }, { id: 'old' }], { account: 'waiting' });
  await graph.write('MATCH (ci {ci_id: $first}) SET ci.name = "spoiled"', { first });
  const verified = verify({ wait_ms: 20_000 });
  await publish();
  const report = await verified;
  expect(found(report)).toEqual([['differing', 'nodes', first, 'name']]);
  expect(report.waiting).toBe(0);
  await rebuild();
});

test('what comes and goes while it compares is never told to be wrong', async () => {
  let isOver = false;
  const discoveries = (async () => {
    for (let round = 0; !isOver; round++) {
      const things = chain(60 + (round % 2) * 30, 'busy').map((thing) => ({
        ...thing,
        size: round,
      }));
      await discoverThings(db, things, { account: 'busy', retireAfterScans: 1 });
      await publish();
    }
  })();
  for (let round = 0; round < 5; round++) {
    expect(await verify({ wait_ms: 30_000 })).toMatchObject({ faults: [], waiting: 0 });
  }
  isOver = true;
  await discoveries;
});

test('a discovery after an outage of the graph leaves both equal', async () => {
  const away = createGraph({
    uri: 'bolt://127.0.0.1:1',
    username: 'neo4j',
    password: 'x',
    retry_ms: 0,
  });
  await discoverThings(db, chain(40, 'outage'), { account: 'outage' });
  await expect(publish({ graph: away })).rejects.toMatchObject({ type: 'graph_unavailable' });
  await discoverThings(db, chain(20, 'outage'), { account: 'outage', retireAfterScans: 1 });
  await publish();
  expect(await verify()).toMatchObject({ is_equal: true, commits_behind: 0 });
  await away.close();
});

test('an empty graph is filled, and one rebuild waits for the other', async () => {
  await graph.write('MATCH (ci:ConfigurationItem) DETACH DELETE ci', {});
  const filled = await rebuild();
  expect(filled.nodes_written).toBeGreaterThanOrEqual(MANY);
  expect(filled.edges_written).toBeGreaterThanOrEqual(MANY - 1);
  await discoverThings(db, chain(3, 'meanwhile'), { account: 'meanwhile' });
  const [one, other] = await Promise.all([rebuild(), rebuild()]);
  expect(one.nodes_written + other.nodes_written).toBe(3);
  expect(await verify()).toMatchObject({ is_equal: true, commits_behind: 0 });
});

test('while it rebuilds, and when it is killed, the graph counts as behind; the next one ends that', async () => {
  await graph.write(`MATCH (ci {ci_id: $first}) SET ci.name = 'spoiled'`, { first });
  const killed = new AbortController();
  const behind: Array<Promise<number>> = [];
  const rebuilding = rebuildGraph(db, graph, {
    signal: killed.signal,
    onProgress: () => {
      behind.push(outboxLag(db, 'graph'));
      killed.abort(new Error('killed'));
    },
  });
  await expect(rebuilding).rejects.toThrow('killed');
  expect(await behind[0]).toBeGreaterThan(0);
  expect(await outboxLag(db, 'graph')).toBeGreaterThan(0);
  await rebuild();
  expect(await verify()).toMatchObject({ is_equal: true, commits_behind: 0 });
});

test('a publication brings the graph up to date after a rebuild that was killed', async () => {
  const killed = new AbortController();
  const onProgress = () => killed.abort(new Error('killed'));
  await expect(rebuildGraph(db, graph, { signal: killed.signal, onProgress })).rejects.toThrow();
  await discoverThings(db, chain(4, 'after'), { account: 'after' });
  await publish();
  expect(await verify()).toMatchObject({ is_equal: true, commits_behind: 0 });
});

test('nodes of other labels are nobody’s business', async () => {
  await graph.write(`CREATE (:Note {text: 'mine'})`, {});
  expect(await verify()).toMatchObject({ is_equal: true });
  await rebuild();
  const { records } = await graph.write(
    'MATCH (note:Note) WITH note, note.text AS text DELETE note RETURN text',
    {},
  );
  expect(records[0]?.get('text')).toBe('mine');
});
