import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createPublishChanges } from '../../../activities/publish-changes.ts';
import { ensureGraphSchema } from '../../../db/graph/ensure-schema.ts';
import { createGraph, type Graph } from '../../../db/graph/graph.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { discoverEstate, partId } from '../../api/estate.ts';
import { NOWHERE } from '../../api/test-api.ts';
import {
  createTestDatabase,
  emptyGraph,
  type TestDatabase,
  type TestGraph,
} from '../../support/stores.ts';
import { runCli } from '../run-cli.ts';
import { runOnTerminal } from '../run-on-terminal.ts';

let database: TestDatabase;
let testGraph: TestGraph;
let db: Db;
let graph: Graph;
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  testGraph = await emptyGraph();
  db = createDatabase({ url: database.url, application_name: 'graph command test' });
  graph = createGraph(testGraph);
  await migrateToLatest(db);
  await ensureGraphSchema(graph);
  await discoverEstate(db, [{ id: 'web', needs: ['db'] }, { id: 'db' }]);
  const logger = pino({ level: 'silent' });
  await new MockActivityEnvironment().run(createPublishChanges({ db, graph, cache: null, logger }));
  environment = {
    DATABASE_URL: database.url,
    NEO4J_URI: testGraph.uri,
    NEO4J_USERNAME: testGraph.username,
    NEO4J_PASSWORD: testGraph.password,
  };
}, 300_000);

afterAll(async () => {
  await Promise.all([db.destroy(), graph.close()]);
  await database.drop();
});

test('an equal graph is 0, with a table of both stores by type', async () => {
  const { code, out, err } = await runCli(['graph', 'verify'], environment);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/nodes\s+estate_part\s+2\s+2\s+0\s+0\s+0\s+[0-9a-f]{8}\n/);
  expect(out).toMatch(/edges\s+depends_on\s+1\s+1\s+0\s+0\s+0\s+[0-9a-f]{8}\n/);
  expect(out).toContain('The graph holds what the inventory says.');
});

test('a graph that differs is 12, and what differs is named; rebuild ends that', async () => {
  await graph.write(`MATCH (ci {ci_id: $id}) SET ci.status = 'failed'`, { id: partId('web') });
  const told = await runCli(['graph', 'verify'], environment);
  expect(told.code).toBe(12);
  expect(told.out).toMatch(
    new RegExp(`differing\\s+nodes\\s+estate_part\\s+${partId('web')}.*status`),
  );
  expect(told.err).toBe('The graph is not what the inventory says: cmdb graph rebuild.\n');

  const { code, out } = await runCli(['graph', 'verify', '--json', '-n', '0'], environment);
  expect(code).toBe(12);
  expect(JSON.parse(out)).toMatchObject({ is_equal: false, differing: 1, faults: [] });

  const rebuilt = await runCli(['graph', 'rebuild'], environment);
  expect(rebuilt).toMatchObject({ code: 0, err: '' });
  expect(rebuilt.out).toBe('1 nodes and 0 relationships written, 0 and 0 removed.\n');
  expect((await runCli(['graph', 'verify'], environment)).code).toBe(0);
});

test('a graph that has not been brought a commit yet is 13', async () => {
  await discoverEstate(db, [{ id: 'web', needs: ['db'] }, { id: 'db' }, { id: 'new' }]);
  const { code, err } = await runCli(['graph', 'verify', '--wait', '0'], environment);
  expect(code).toBe(13);
  expect(err).toMatch(/^1 changed since the last publication .* 1 commits behind\.\n$/);
  expect((await runCli(['graph', 'rebuild'], environment)).code).toBe(0);
});

test('on a terminal a bar shows how far it is', async () => {
  await using run = runOnTerminal(['graph', 'verify'], environment);
  await run.until(/of 4 rows {2}(nodes|edges)/);
  expect(await run.ended).toBe(0);
});

test('stores that do not answer, or are not named, are told in one line', async () => {
  const cases = [
    [{ NEO4J_URI: `bolt://${NOWHERE}` }, 3, /Neo4j does not answer.* Look at NEO4J_URI\.$/],
    [{ DATABASE_URL: `postgres://u:secret@${NOWHERE}/x` }, 3, /PostgreSQL does not answer/],
    [{ NEO4J_PASSWORD: '' }, 2, /NEO4J_PASSWORD is not set.* where the worker runs/],
  ] as const;
  for (const [other, expected, message] of cases) {
    const { code, err } = await runCli(['graph', 'verify'], { ...environment, ...other });
    expect(err.trimEnd()).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toContain('secret');
    expect(code).toBe(expected);
  }
});
