import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTemporal } from '../../api/temporal.ts';
import { createCache } from '../../db/cache/cache.ts';
import { createGraph } from '../../db/graph/graph.ts';
import { createDatabase } from '../../db/postgres/database.ts';
import { askerOf, NOWHERE, startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
}, 300_000);

afterAll(() => api.close());

const READY = '/health/ready';
const statuses = (components: Record<string, { status: string }>) =>
  Object.fromEntries(Object.entries(components).map(([name, { status }]) => [name, status]));

test('with everything there it is ready', async () => {
  // Redis is connected to in the background.
  let answer = await api.ask(READY);
  for (let tries = 0; tries < 50 && answer.body.status !== 'ok'; tries++) {
    await sleep(100);
    answer = await api.ask(READY);
  }
  const { status, body } = answer;
  expect([status, body.status]).toEqual([200, 'ok']);
  expect(statuses(body.components)).toEqual({
    postgres: 'up',
    neo4j: 'up',
    redis: 'up',
    temporal: 'up',
    // Nobody runs discoveries here, which is no reason to send requests elsewhere.
    worker: 'down',
  });
  expect(body.components.worker.error).toBe('no worker polls');
});

test('without Neo4j and Redis it is degraded, and ready', async () => {
  const graph = createGraph({
    uri: `bolt://${NOWHERE}`,
    username: 'x',
    password: 'x',
    retry_ms: 0,
  });
  const cache = createCache(`redis://${NOWHERE}`, () => {});
  const { status, body } = await askerOf({ ...api.deps, graph, cache })(READY);
  await Promise.all([graph.close(), cache.close()]);
  expect(status).toBe(200);
  expect(body.status).toBe('degraded');
  expect(statuses(body.components)).toMatchObject({ neo4j: 'down', redis: 'down' });

  const withoutRedis = await askerOf({ ...api.deps, cache: null })(READY);
  expect(withoutRedis.body.status).toBe('ok');
  expect(withoutRedis.body.components.redis.status).toBe('disabled');
});

test('without Postgres or Temporal it is not ready, and says so everywhere', async () => {
  const db = createDatabase({ url: `postgres://nobody@${NOWHERE}/none`, application_name: 'test' });
  const temporal = createTemporal(
    { namespace: 'default', connection: { address: NOWHERE, tls: false } },
    undefined,
  );
  const withoutStore = askerOf({ ...api.deps, db });
  const withoutTemporal = askerOf({ ...api.deps, temporal });

  const store = await withoutStore(READY);
  expect([store.status, store.body.status]).toEqual([503, 'unavailable']);
  expect(store.body.components.postgres).toMatchObject({ status: 'down', error: 'ECONNREFUSED' });

  const engine = await withoutTemporal(READY);
  expect([engine.status, engine.body.components.temporal.status]).toEqual([503, 'down']);
  const discover = await withoutTemporal('/discover', { method: 'POST' });
  expect(discover.status).toBe(503);
  expect(discover.body.detail).toContain('Temporal');
  expect((await withoutTemporal('/api/v3/cmdb/stats')).status).toBe(200);

  expect((await withoutStore('/health/live')).body).toEqual({ status: 'ok' });
  await Promise.all([db.destroy(), temporal.close()]);
});
