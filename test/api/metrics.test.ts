import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '../../db/postgres/database.ts';
import { discoverEstate, partId } from './estate.ts';
import { askerOf, NOWHERE, startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await discoverEstate(api.db, [{ id: 'one' }]);
}, 300_000);

afterAll(() => api.close());

type Sample = [labels: string, value: number];

/** The samples of each metric, as Prometheus reads them. */
function parse(text: string): Map<string, Sample[]> {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name) samples.set(name, [...(samples.get(name) ?? []), [labels, Number(value)]]);
  }
  return samples;
}

async function scrape(ask = api.ask): Promise<Map<string, Sample[]>> {
  const { status, headers, body } = await ask('/metrics');
  expect([status, headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return parse(body);
}

test('requests are measured by route, not by what stands in the path', async () => {
  await api.ask(`/api/v3/cmdb/ci/${partId('one')}`);
  await api.ask(`/api/v3/cmdb/ci/${partId('two')}`);
  await api.ask('/api/v3/cmdb/no/such/path');
  const samples = await scrape();
  const counts = Object.fromEntries(samples.get('cmdb_http_request_duration_seconds_count') ?? []);
  const route = 'route="/api/v3/cmdb/ci/{ci_id}"';
  expect(counts[`method="GET",${route},status="200"`]).toBe(1);
  expect(counts[`method="GET",${route},status="404"`]).toBe(1);
  expect(counts['method="unknown",route="unknown",status="404"']).toBe(1);
  expect(JSON.stringify([...samples])).not.toContain(partId('one'));
});

test('the cache, the pool, the outbox and the slices are told', async () => {
  await api.ask(`/api/v3/cmdb/ci/${partId('one')}`);
  await api.ask(`/api/v3/cmdb/ci/${partId('one')}`);
  const samples = await scrape();
  const reads = Object.fromEntries(samples.get('cmdb_cache_reads_total') ?? []);
  expect(Object.values(reads).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1);
  expect(samples.get('cmdb_store_up')).toEqual([['', 1]]);
  expect(samples.get('cmdb_outbox_lag_commits')).toEqual([
    ['consumer="graph"', expect.any(Number)],
    ['consumer="cache"', expect.any(Number)],
  ]);
  expect(samples.get('cmdb_slices')).toEqual([['provider="aws",state="complete"', 1]]);
  const [[, provenAt] = ['', 0]] = samples.get('cmdb_slice_oldest_proof_timestamp_seconds') ?? [];
  expect(Math.abs(Date.now() / 1000 - provenAt)).toBeLessThan(120);
  expect(samples.get('cmdb_db_pool_connections')).toHaveLength(3);
});

test('names follow the rules of Prometheus', async () => {
  const { body } = await api.ask('/metrics');
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  expect(types.length).toBeGreaterThan(6);
  for (const [, name = '', type] of types) {
    expect(name).toMatch(/^cmdb_[a-z_]+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});

test('without the store the process is told all the same', async () => {
  const db = createDatabase({ url: `postgres://nobody@${NOWHERE}/none`, application_name: 'test' });
  const samples = await scrape(askerOf({ ...api.deps, db }));
  expect(samples.get('cmdb_store_up')).toEqual([['', 0]]);
  expect(samples.has('cmdb_slices')).toBe(false);
  await db.destroy();
});
