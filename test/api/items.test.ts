import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createGraph } from '../../db/graph/graph.ts';
import { discoverEstate, type Estate, partId } from './estate.ts';
import { askerOf, startTestApi, type TestApi } from './test-api.ts';

const ESTATE: Estate = [
  { id: 'web-1', ci_type: 'aws_ec2', environment: 'production', tags: { team: 'shop' } },
  { id: 'web-2', ci_type: 'aws_ec2', environment: 'staging', tags: { team: 'shop', 'a:b': 'c:d' } },
  { id: 'vm-1', ci_type: 'virtual_machine', tags: { team: 'ops' } },
  { id: 'orders', ci_type: 'aws_rds', environment: 'production' },
  { id: 'cluster', ci_type: 'kubernetes_cluster' },
  { id: 'queue', ci_type: 'message_queue' },
];

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, ESTATE);
}, 300_000);

afterAll(() => api.close());

const CIS = '/api/v3/cmdb/cis';

async function namesOf(query: string): Promise<string[]> {
  const { status, body } = await api.ask(`${CIS}${query}`);
  expect(status).toBe(200);
  expect(body.total).toBe(body.items.length);
  return body.items.map((item: { name: string }) => item.name).sort();
}

test('an item has every field of its class', async () => {
  const { status, body } = await api.ask(`/api/v3/cmdb/ci/${partId('orders')}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ci_id: partId('orders'),
    ci_type: 'aws_rds',
    name: 'orders',
    provider: 'aws',
    account: '111122223333',
    region: 'eu-west-1',
    environment: 'production',
    version: 1,
    change_history: [],
    db_engine: null,
    backup_enabled: false,
    owner: null,
  });
});

test('an id in capitals is the same id', async () => {
  const { body } = await api.ask(`/api/v3/cmdb/ci/${partId('queue').toUpperCase()}`);
  expect(body.name).toBe('queue');
});

test('filters find what they say', async () => {
  expect(await namesOf('')).toHaveLength(ESTATE.length);
  expect(await namesOf('?ci_type=virtual_machine')).toEqual(['vm-1', 'web-1', 'web-2']);
  expect(await namesOf('?ci_type=aws_ec2&environment=staging')).toEqual(['web-2']);
  expect(await namesOf('?provider=gcp')).toEqual([]);
  expect(await namesOf('?account=111122223333&region=eu-west-1&status=active')).toHaveLength(6);
  expect(await namesOf('?resource_type=estate_part&environment=unknown')).toHaveLength(3);
  expect(await namesOf('?tag=team')).toEqual(['vm-1', 'web-1', 'web-2']);
  expect(await namesOf('?tag=team:shop')).toEqual(['web-1', 'web-2']);
  expect(await namesOf('?tag=team:shop&tag=a%5C:b')).toEqual(['web-2']);
  expect(await namesOf('?tag=a%5C:b:c:d')).toEqual(['web-2']);
  expect(await namesOf('?tag=team:')).toEqual([]);
});

test('pages cover everything once, whatever comes meanwhile', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor ? `&cursor=${cursor}` : '';
    const { body } = await api.ask(`${CIS}?limit=2${after}`);
    seen.push(...body.items.map((item: { name: string }) => item.name));
    cursor = body.next_cursor;
    if (seen.length === 2) await discoverEstate(api.db, [...ESTATE, { id: 'late' }]);
  } while (cursor);
  expect(seen.sort()).toEqual(ESTATE.map(({ id }) => id).sort());
});

test('the cache gives the same document, and never an older version', async () => {
  const path = `/api/v3/cmdb/ci/${partId('vm-1')}`;
  const estate = (more: object) => [
    ...ESTATE.map((part) => (part.id === 'vm-1' ? { ...part, ...more } : part)),
    { id: 'late' },
  ];
  await untilCacheAnswers();
  const first = await api.ask(path);
  const second = await api.ask(path);
  expect([first, second].map(({ headers }) => headers.get('x-cache'))).toEqual(['MISS', 'HIT']);
  expect(second.body).toEqual(first.body);

  await discoverEstate(api.db, estate({ size: 7 }));
  const changed = await api.ask(path);
  expect(changed.headers.get('x-cache')).toBe('MISS');
  expect(changed.body).toMatchObject({ version: 2, attributes: { size: 7 } });
  await api.publish();

  // Missing is no new version: it is laid over whatever is cached.
  await discoverEstate(
    api.db,
    estate({}).filter(({ id }) => id !== 'vm-1'),
  );
  const missing = await api.ask(path);
  expect(missing.body.missing_since).not.toBeNull();
  expect(missing.body.status).toBe('active');
});

test('without Redis and without Neo4j everything is answered', async () => {
  const graph = createGraph({
    uri: 'bolt://127.0.0.1:9',
    username: 'neo4j',
    password: 'x',
    retry_ms: 0,
  });
  const ask = askerOf({ ...api.deps, cache: null, graph });
  for (const path of ['', '/dependencies', '/impact']) {
    expect((await ask(`/api/v3/cmdb/ci/${partId('queue')}${path}`)).status).toBe(200);
  }
  await graph.close();
});

test('stats count items and relationships', async () => {
  const { body } = await api.ask('/api/v3/cmdb/stats');
  expect(body).toMatchObject({
    total_cis: 7,
    by_type: { aws_ec2: 2, aws_rds: 1, kubernetes_cluster: 1 },
    by_environment: { production: 2, staging: 1, unknown: 4 },
    by_provider: { aws: 7 },
    total_relationships: 0,
    by_relationship_type: {},
  });
});

test('an item that is not there is not found', async () => {
  const id = randomUUID();
  for (const path of ['', '/dependencies', '/impact']) {
    const { status, body } = await api.ask(`/api/v3/cmdb/ci/${id}${path}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ status: 404, errors: [{ field: 'ci_id' }] });
  }
});

async function untilCacheAnswers(): Promise<void> {
  if (!api.cache) throw new Error('these tests need Redis');
  for (let attempt = 0; attempt < 100; attempt++) {
    await api.cache.put('probe', 'x');
    if (await api.cache.get('probe')) return;
    await sleep(50);
  }
  throw new Error('Redis does not answer');
}
