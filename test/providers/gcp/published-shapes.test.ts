import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import { type Discovery, discoveryOf } from '../../support/google-discovery.ts';
import { fixtureFiles, fixtureOf } from '../fixture-files.ts';
import { listAll, providerAt } from './listing.ts';
import { startWire, type WireRequest } from './wire.ts';

/*
 * Nothing here was recorded at Google: fixtures and the synthetic estate are our own. They are held
 * against Google's published description of its APIs, and so are the requests that the libraries
 * make.
 */
const APIS = [
  'compute.v1',
  'container.v1',
  'sqladmin.v1',
  'redis.v1',
  'run.v2',
  'run.v1',
  'cloudfunctions.v2',
  'storage.v1',
  'cloudresourcemanager.v3',
];

const discoveries = new Map<string, Discovery>();
let synthetic: Synthetic;

beforeAll(async () => {
  for (const api of APIS) discoveries.set(api, await discoveryOf(api));
  synthetic = await startSynthetic({
    gcp: { resources: 100, projects: ['synthetic-1', 'synthetic-2'] },
  });
}, 120_000);
afterAll(async () => {
  await synthetic?.[Symbol.asyncDispose]();
});

const types = (await loadRegistry()).get('gcp')?.resourceTypes ?? new Map();

test.each([...types.keys()])('%s asks and is answered as Google describes it', async (name) => {
  const exchanges: Array<{ request: WireRequest; body: unknown }> = [];
  await using proxy = await startWire(async (request) => {
    const { method, url, body: sent } = request;
    const init = method === 'GET' ? { method } : { method, body: sent };
    const response = await fetch(`${synthetic.url}${url.pathname}${url.search}`, init);
    const body = await response.json();
    exchanges.push({ request, body });
    return { status: response.status, body };
  });
  await listAll(types.get(name), providerAt(proxy.url));
  expect(exchanges.length).toBeGreaterThan(0);
  for (const { request, body } of exchanges) {
    const path = decodeURIComponent(request.url.pathname);
    const [discovery, method] = methodOf(request.method, path);
    // System parameters may be written with a dollar: `$alt`.
    const unknown = [...request.url.searchParams.keys()].filter(
      (parameter) => !method.parameters.has(parameter.replace(/^\$/, '')),
    );
    expect({ path, unknown }).toEqual({ path, unknown: [] });
    const mask = request.url.searchParams.get('fields');
    const unknownFields = mask === null ? [] : discovery.unknownFields(method.response, mask);
    expect({ path, unknownFields }).toEqual({ path, unknownFields: [] });
    expect({ path, problems: discovery.problemsOf(method.response, body) }).toEqual({
      path,
      problems: [],
    });
  }
});

test.each(await fixtureFiles('gcp'))(
  'the records of %s are as Google describes them',
  async (file) => {
    const { records = [], publishedAs = [], addedFields = [] } = await fixtureOf('gcp', file);
    const schemas = [publishedAs].flat();
    expect(schemas.length).toBeGreaterThan(0);
    for (const record of records) {
      const published = Object.entries(record as object).filter(
        ([key]) => !addedFields.includes(key),
      );
      const problems = schemas.map((schema) => {
        const [api = '', name = ''] = schema.split('#');
        const discovery = discoveries.get(api);
        return discovery?.problemsOf(name, Object.fromEntries(published)) ?? [`no ${api}`];
      });
      // Where several kinds are one resource type, a record is of one of them.
      expect(problems.find(({ length }) => length === 0) ?? problems).toEqual([]);
    }
  },
);

test('what Google does not have is noticed', () => {
  const compute = discoveries.get('compute.v1');
  expect(compute?.problemsOf('Disk', { name: 'a', sizeGb: '1' })).toEqual([]);
  expect(compute?.problemsOf('Disk', { name: 'a', size: 1 })).not.toEqual([]);
  expect(compute?.problemsOf('Disk', { sizeGb: 1 })).not.toEqual([]);
  expect(compute?.problemsOf('Disk', { status: 'FINE' })).not.toEqual([]);
  const mask = 'nextPageToken,items/*/disks(name,size),items/*/instances/name';
  expect(compute?.unknownFields('DiskAggregatedList', mask)).toEqual([
    'size',
    'items/*/instances/name',
  ]);
  expect(compute?.methodOf('GET', '/compute/v1/projects/p/aggregated/nothing')).toBeNull();
});

function methodOf(httpMethod: string, path: string) {
  for (const discovery of discoveries.values()) {
    const method = discovery.methodOf(httpMethod, path);
    if (method) return [discovery, method] as const;
  }
  throw new Error(`Google describes no ${httpMethod} ${path}`);
}
