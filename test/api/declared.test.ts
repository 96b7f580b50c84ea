import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { relate } from '../../db/postgres/relate.ts';
import { publishWorkflowId } from '../../model/publish-workflow.ts';
import { discoverCatalogue } from '../support/catalogue.ts';
import { discoverEstate, partId } from './estate.ts';
import { startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, [{ id: 'db', ci_type: 'aws_rds' }, { id: 'web' }]);
  await discoverCatalogue(api.db, { 'a.yaml': [{ declared_id: 'theirs', ci_type: 'api' }] });
}, 300_000);

afterAll(() => api.close());

const BASE = '/api/v3/cmdb';
const ITEMS = `${BASE}/cis/declared`;
const RELATIONS = `${BASE}/relationships/declared`;

function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return api.ask(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe('declared items', () => {
  test('are there at once, under a place of their own, and asked into the graph', async () => {
    const item = { declared_id: 'shop', ci_type: 'application', name: 'Shop', owner: 'ada' };
    const { status, headers, body } = await send('POST', `${BASE}/cis`, item);
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({ name: 'Shop', owner: 'ada', provider: 'declared', version: 1 });
    const there = await api.ask(headers.get('location') ?? '');
    expect(there.body).toEqual(body);
    const listed = await api.ask(`${BASE}/cis?provider=declared&ci_type=application`);
    expect(listed.body.items).toEqual([body]);
    const { client } = api.deps.temporal;
    const workflow = client.workflow.getHandle(publishWorkflowId(api.deps.task_queue));
    expect((await workflow.describe()).status.name).toBe('RUNNING');
  });

  test('are declared once by POST, and again by PUT as often as one likes', async () => {
    const item = { declared_id: 'once', ci_type: 'service' };
    expect((await send('PUT', `${ITEMS}/once`, item)).status).toBe(201);
    const again = await send('PUT', `${ITEMS}/once`, item);
    expect(again.status).toBe(200);
    expect(again.headers.get('etag')).toBe('"1"');
    const refused = await send('POST', `${BASE}/cis`, item);
    expect(refused.status).toBe(409);
    expect(refused.body.errors[0]).toMatchObject({ field: 'declared_id' });
    const changed = await send(
      'PUT',
      `${ITEMS}/once`,
      { ...item, owner: 'x' },
      { 'if-match': '"1"' },
    );
    expect(changed.headers.get('etag')).toBe('"2"');
    const stale = await send('PUT', `${ITEMS}/once`, item, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
  });

  test('are read as they were declared, and can be put back so', async () => {
    const item = {
      declared_id: 'read',
      ci_type: 'database',
      db_type: 'oracle',
      network: 'dc1',
      keys: ['asset:7'],
      relations: [{ relationship_type: 'uses', target: 'shop', weight: 2 }],
    };
    await send('PUT', `${ITEMS}/read`, item);
    const { body, headers } = await api.ask(`${ITEMS}/read`);
    expect(body).toMatchObject({ declared_by: 'local', declaration: item });
    const etag = headers.get('etag') ?? '';
    const put = await send('PUT', `${ITEMS}/read`, body.declaration, { 'if-match': etag });
    expect([put.status, put.body.version]).toEqual([200, 1]);
  });

  test('are retired at once when they are withdrawn, and back when they are declared again', async () => {
    const item = { declared_id: 'gone', ci_type: 'service' };
    const { body } = await send('POST', `${BASE}/cis`, item);
    expect((await send('DELETE', `${ITEMS}/gone`)).status).toBe(204);
    const after = await api.ask(`${BASE}/ci/${body.ci_id}`);
    expect(after.body).toMatchObject({ status: 'retired', version: 2 });
    expect((await send('DELETE', `${ITEMS}/gone`)).status).toBe(404);
    expect((await api.ask(`${ITEMS}/gone`)).status).toBe(404);
    const back = await send('POST', `${BASE}/cis`, item);
    expect([back.status, back.body.status, back.body.version]).toEqual([201, 'active', 3]);
  });

  test('of a catalogue are the catalogue’s', async () => {
    const item = { declared_id: 'theirs', ci_type: 'api' };
    const answers = await Promise.all([
      send('POST', `${BASE}/cis`, item),
      send('PUT', `${ITEMS}/theirs`, item),
      send('DELETE', `${ITEMS}/theirs`),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(409);
      expect(body.detail).toContain('a.yaml');
    }
  });

  test('lead the failure of what they are on to what people know', async () => {
    await send('PUT', `${ITEMS}/till`, {
      declared_id: 'till',
      ci_type: 'service',
      environment: 'production',
      attributes: { database_dependencies: [partId('db')] },
    });
    await relate(api.db, null, 1_000);
    await api.publish();
    const { body } = await api.ask(`${BASE}/ci/${partId('db')}/impact`);
    expect(body.impacted_cis).toMatchObject([{ name: 'till', provider: 'declared' }]);
    expect(body.critical_impacted).toBe(1);
  });
});

describe('declared relationships', () => {
  const relation = { source: partId('web'), target: partId('db'), relationship_type: 'depends_on' };

  test('stand for what they resolve to', async () => {
    const made = await send('POST', `${BASE}/relationships`, { declared_id: 'web-db', relation });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`${RELATIONS}/web-db`);
    expect(made.body).toMatchObject({ declared_by: 'local', declaration: relation });
    await relate(api.db, null, 1_000);
    expect((await api.ask(`${RELATIONS}/web-db`)).body.relationship_id).not.toBeNull();
    const { body } = await api.ask(`${BASE}/ci/${partId('web')}/dependencies`);
    expect(JSON.stringify(body)).toContain(partId('db'));
    const twice = await send('POST', `${BASE}/relationships`, { declared_id: 'web-db', relation });
    expect(twice.status).toBe(409);
  });

  test('are put, listed page by page, and withdrawn', async () => {
    for (const id of ['p-1', 'p-2', 'p-3']) {
      expect((await send('PUT', `${RELATIONS}/${id}`, relation)).status).toBe(201);
      expect((await send('PUT', `${RELATIONS}/${id}`, relation)).status).toBe(200);
    }
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.ask(`${RELATIONS}?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      ids.push(...body.items.map(({ declared_id }: { declared_id: string }) => declared_id));
      cursor = body.next_cursor;
    }
    expect(ids.filter((id) => id.startsWith('p-'))).toEqual(['p-1', 'p-2', 'p-3']);
    expect((await send('DELETE', `${RELATIONS}/p-2`)).status).toBe(204);
    expect((await send('DELETE', `${RELATIONS}/p-2`)).status).toBe(404);
    expect((await api.ask(`${RELATIONS}/p-2`)).status).toBe(404);
  });
});

test.each([
  ['POST', `${BASE}/cis`, { declared_id: 'x', ci_type: 'mainframe' }, 'ci_type', 'must be one of'],
  ['POST', `${BASE}/cis`, { declared_id: 'X', ci_type: 'api' }, 'declared_id', 'lower-case'],
  [
    'POST',
    `${BASE}/cis`,
    { declared_id: 'x', ci_type: 'api', db_type: 'y' },
    'db_type',
    'not known',
  ],
  [
    'POST',
    `${BASE}/cis`,
    { declared_id: 'x', ci_type: 'api', relations: [{ relationship_type: 'uses', target: 'A b' }] },
    'relations.0.target',
    'is no id',
  ],
  ['PUT', `${ITEMS}/y`, { declared_id: 'x', ci_type: 'api' }, 'declared_id', 'must be that'],
  ['PUT', `${RELATIONS}/y`, { source: 'a', relationship_type: 'uses' }, 'target', ''],
  [
    'PUT',
    `${RELATIONS}/y`,
    { source: 'a', target: 'b', relationship_type: 'part_of' },
    'spread',
    'must be said',
  ],
  [
    'PUT',
    `${RELATIONS}/Y`,
    { source: 'a', target: 'b', relationship_type: 'uses' },
    'declared_id',
    'lower-case',
  ],
])('%s %s %j is refused, naming %s', async (method, path, body, field, message) => {
  const answer = await send(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].field).toBe(field);
  expect(answer.body.errors[0].message).toContain(message);
});
