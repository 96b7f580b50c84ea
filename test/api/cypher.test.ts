import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGraph } from '../../db/graph/graph.ts';
import { discoverParts, type Part, partId } from '../support/parts.ts';
import { type Ask, askerOf, startTestApi, type TestApi } from './test-api.ts';

const ESTATE: Part[] = [
  { id: 'web', environment: 'production', links: [{ relation: 'runs_on', to: 'vm' }] },
  { id: 'vm' },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverParts(api.db, ESTATE);
  await api.publish();
}, 300_000);

afterAll(() => api.close());

const cypher = (body: object, ask: Ask = api.ask) =>
  ask('/api/v3/cmdb/cypher', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a statement is answered in rows, with its parameters', async () => {
  const { body } = await cypher({
    statement:
      'MATCH (ci:ConfigurationItem)-[r:RUNS_ON]->(m) WHERE m.name IN $names ' +
      'RETURN ci.ci_id AS id, type(r) AS type, m.version AS version ORDER BY id LIMIT $limit',
    parameters: { names: ['vm'], limit: 1 },
  });
  expect(body).toEqual({
    columns: ['id', 'type', 'version'],
    rows: [[partId('web'), 'RUNS_ON', 1]],
    truncated: false,
    commits_behind: 0,
  });
});

test('every kind of value has a form in JSON', async () => {
  const { body } = await cypher({
    statement:
      "MATCH p = (ci {name: 'web'})-[r]->(m) RETURN ci, r, p, ci.created_at AS at, 0.0 / 0.0 AS nan, " +
      "{a: [1, 2.5, null, true]} AS map, duration('P1D') AS day, date('2026-05-01') AS date, " +
      'point({x: 1, y: 2}) AS point',
  });
  const [node, relationship, path, at, nan, map, day, date, point] = body.rows[0];
  expect(node).toMatchObject({ labels: ['ConfigurationItem'], properties: { name: 'web' } });
  expect(relationship).toMatchObject({ type: 'RUNS_ON', properties: { spread: 'forward' } });
  expect(
    path.nodes.map(({ properties }: { properties: { name: string } }) => properties.name),
  ).toEqual(['web', 'vm']);
  expect(path.relationships).toEqual([relationship]);
  expect(at).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect([nan, map, day, date, point]).toEqual([
    null,
    { a: [1, 2.5, null, true] },
    'P1D',
    '2026-05-01',
    { srid: 7203, x: 1, y: 2 },
  ]);
});

describe('what does not only read the graph is refused', () => {
  test.each([
    "CREATE (:ConfigurationItem {ci_id: 'x'}) RETURN 1 AS one",
    'MATCH (ci) SET ci.name = null',
    'MATCH (ci) DETACH DELETE ci',
    'FOREACH (x IN [1] | CREATE (:Y))',
    'MERGE (n:Y {a: 1})',
    'CREATE INDEX other FOR (ci:ConfigurationItem) ON (ci.status)',
    'DROP CONSTRAINT ci_id_index',
    'MATCH (ci) CALL (ci) { SET ci.name = null } IN TRANSACTIONS',
    'MATCH (ci) CALL (ci) { RETURN 1 AS one } IN TRANSACTIONS RETURN one',
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "MATCH (ci) CALL (ci) { LOAD CSV FROM 'http://127.0.0.1:9/' AS line RETURN line } RETURN line",
    "CALL db.createLabel('x')",
    'CALL dbms.listConfig()',
    "CALL dbms.killConnection('bolt-1')",
    'CALL db.clearQueryCaches()',
    'CALL db.prepareForReplanning()',
    "MATCH (ci) CALL db.stats.collect('QUERIES') YIELD section RETURN section",
    'SHOW TRANSACTIONS',
    'SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id',
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    'SHOW SETTINGS',
    'SHOW USERS',
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'",
    'RETURN 1; MATCH (ci) DETACH DELETE ci',
    'PROFILE MATCH (ci) DETACH DELETE ci',
    'this is no Cypher',
    'MATCH (ci) RETURN $missing',
  ])('%s', async (statement) => {
    const answer = await cypher({ statement });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'statement']);
    const { body } = await cypher({ statement: 'MATCH (ci) RETURN count(ci.name) AS items' });
    expect(body.rows).toEqual([[2]]);
  });

  test('by the server itself, too: the transaction may only read', async () => {
    const write = api.graph.inReadTransaction(
      async (transaction) => transaction.run('CREATE (:Y)'),
      5_000,
    );
    await expect(write).rejects.toThrow('Writing in read access mode not allowed');
  });
});

test('procedures that tell of the shape of the graph are allowed', async () => {
  const { body } = await cypher({
    statement: 'CALL db.relationshipTypes() YIELD relationshipType AS type RETURN type',
  });
  expect(body.rows).toContainEqual(['RUNS_ON']);
});

describe('a statement is bounded', () => {
  test('in rows', async () => {
    const statement = 'UNWIND range(1, 100000000) AS number RETURN number';
    const { body } = await cypher({ statement, limit: 3 });
    expect(body).toMatchObject({ rows: [[1], [2], [3]], truncated: true });
    const all = await cypher({ statement: 'UNWIND [1, 2, 3] AS number RETURN number', limit: 3 });
    expect(all.body).toMatchObject({ rows: [[1], [2], [3]], truncated: false });
  });

  test('in text', async () => {
    const statement =
      "UNWIND range(1, 1000) AS n RETURN reduce(s = 'x', i IN range(1, 16) | s + s) AS text";
    const { body } = await cypher({ statement });
    expect(body.truncated).toBe(true);
    expect(body.rows.length).toBeGreaterThan(100);
    expect(body.rows.length).toBeLessThan(130);
  });

  test('in time', async () => {
    const statement = 'UNWIND range(1, 2000000000) AS number RETURN sum(number) AS sum';
    const { status, body } = await cypher({ statement, timeout_ms: 300 });
    expect([status, body.detail]).toEqual([400, 'The statement took too long.']);
  });
});

test('a graph that is away is told as such', async () => {
  const nowhere = createGraph({
    uri: 'bolt://127.0.0.1:9',
    username: 'neo4j',
    password: 'x',
    retry_ms: 0,
  });
  const ask = askerOf({ ...api.deps, graph: nowhere });
  expect((await cypher({ statement: 'RETURN 1 AS one' }, ask)).status).toBe(503);
  await nowhere.close();
});

test('an answer says how far the graph is behind the inventory', async () => {
  await discoverParts(api.db, [...ESTATE, { id: 'newer' }]);
  const { body } = await cypher({ statement: 'MATCH (ci) RETURN count(ci) AS items' });
  expect(body.rows).toEqual([[2]]);
  expect(body.commits_behind).toBeGreaterThan(0);
});
