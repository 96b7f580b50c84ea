import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.ts';
import { createPublishChanges, type PublishedCounts } from '../../activities/publish-changes.ts';
import { createCache } from '../../db/cache/cache.ts';
import { ensureGraphSchema } from '../../db/graph/ensure-schema.ts';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { removeEdges } from '../../db/graph/write-edges.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { endedEdges, nextStretch, outboxLag } from '../../db/postgres/outbox.ts';
import { createTestDatabase, emptyGraph, emptyRedis, type TestGraph } from '../support/stores.ts';
import { discoverThings, thingId } from '../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let testGraph: TestGraph;
let db: Db;
let graph: Graph;

beforeAll(async () => {
  database = await createTestDatabase();
  testGraph = await emptyGraph();
  db = createDatabase({ url: database.url, application_name: 'publish test' });
  graph = createGraph(testGraph);
  await migrateToLatest(db);
  await ensureGraphSchema(graph);
}, 300_000);

afterAll(async () => {
  await Promise.all([db.destroy(), graph.close()]);
  await database.drop();
});

async function publish(deps: Partial<ActivityDeps> = {}): Promise<PublishedCounts> {
  const logger = pino({ level: 'silent' });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const all = { db, graph, cache: null, logger, ...deps } as ActivityDeps;
  return environment.run(createPublishChanges(all));
}

/** What each store holds of the present, in one form. */
async function inPostgres() {
  const { rows } = await sql<{ line: string }>`
    select ci_id || ' ' || version || ' ' || status as line from items
    union all
    select source_ci_id || '>' || target_ci_id from relationships where valid_to is null
    order by line
  `.execute(db);
  return rows.map((row) => row.line).sort();
}

async function inNeo4j() {
  const { records } = await graph.read(
    `MATCH (ci:ConfigurationItem) RETURN ci.ci_id + ' ' + ci.version + ' ' + ci.status AS line
     UNION ALL
     MATCH (a)-[]->(b) RETURN a.ci_id + '>' + b.ci_id AS line`,
    {},
  );
  return records.map((record) => record.get('line') as string).sort();
}

const ring = (size: number) =>
  Array.from({ length: size }, (_, n) => ({
    id: `ring-${n}`,
    needs: [`thing:ring-${(n + 1) % size}`],
  }));

test('the graph is equal to Postgres after items came, changed and went', async () => {
  await discoverThings(db, ring(6));
  expect(await publish()).toMatchObject({ nodes: 6, edges: 6, removed_edges: 0 });
  expect(await inNeo4j()).toEqual(await inPostgres());

  const changed = ring(6).map((thing) => ({ ...thing, size: 1 }));
  await discoverThings(db, changed.slice(1), { retireAfterScans: 1 });
  await publish();
  expect(await inNeo4j()).toEqual(await inPostgres());
});

test('a discovery that changed nothing publishes nothing', async () => {
  await discoverThings(db, ring(3), { account: 'still' });
  await publish();
  await discoverThings(db, ring(3), { account: 'still' });
  expect(await publish()).toMatchObject({ nodes: 0, edges: 0, removed_edges: 0 });
});

test('what an outage of the graph kept back arrives with the next publication', async () => {
  const away = createGraph({
    uri: 'bolt://127.0.0.1:1',
    username: 'neo4j',
    password: 'x',
    retry_ms: 0,
  });
  await discoverThings(db, ring(4), { account: 'outage' });
  await expect(publish({ graph: away })).rejects.toMatchObject({ type: 'graph_unavailable' });
  expect(await outboxLag(db, 'graph')).toBeGreaterThan(0);
  await discoverThings(db, ring(2), { account: 'outage-2' });
  await publish();
  expect(await outboxLag(db, 'graph')).toBe(0);
  expect(await inNeo4j()).toEqual(await inPostgres());
  await away.close();
});

test('an end that the graph has lost is taken from Postgres, and the relationship is kept', async () => {
  await discoverThings(db, [{ id: 'lost-b', keys: ['lost'] }], { account: 'lost' });
  await publish();
  await graph.write('MATCH (ci {ci_id: $id}) DETACH DELETE ci', { id: thingId('lost-b', 'lost') });
  await discoverThings(db, [{ id: 'lost-a', needs: ['lost'] }], { account: 'lost-2' });
  await publish();
  expect(await inNeo4j()).toEqual(await inPostgres());
});

test('two publishers at once leave what one would', async () => {
  await discoverThings(db, ring(5), { account: 'twice' });
  const counts = await Promise.all([publish(), publish()]);
  expect(counts.reduce((sum, { nodes }) => sum + nodes, 0)).toBe(5);
  expect(await inNeo4j()).toEqual(await inPostgres());
});

test('a publisher that comes late, without its lease, ends nothing that has begun again', async () => {
  const account = 'late publisher';
  const a = { id: 'late-a', needs: ['late:b'] };
  const b = { id: 'late-b', keys: ['late:b'] };
  await discoverThings(db, [a, b], { account });
  await publish();
  await discoverThings(db, [{ id: 'late-a' }, b], { account });
  const stretch = await nextStretch(db, 'graph', 100);
  const { value: late } = await endedEdges(db, stretch?.ticks ?? [], 100).next();
  expect(late).toHaveLength(1);
  await discoverThings(db, [a, b], { account });
  await publish();
  await removeEdges(graph, late);
  expect(await inNeo4j()).toEqual(await inPostgres());
});

test('a changed item leaves the cache, and nothing old gets in behind it', async () => {
  const url = await emptyRedis();
  if (!url) return;
  const cache = createCache(url, () => {});
  await cache.ping().catch(() => new Promise((resolve) => setTimeout(resolve, 500)));
  await discoverThings(db, [{ id: 'cached' }], { account: 'cached' });
  const id = thingId('cached', 'cached');
  await publish({ cache });
  await cache.put(id, 'too soon after the change');
  expect(await cache.get(id)).toBeNull();
  await cache.close();
});
