import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { identifyPage } from '../../../activities/identify-page.ts';
import { observePage } from '../../../activities/observe-page.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import { pypiFiles } from '../../support/pypi.ts';
import { mappingOf } from '../../support/things.ts';
import { NO_SOURCES, NOT_CANCELLED, providerAt, scopeOf } from './listing.ts';
import { startWire, type WireAnswer } from './wire.ts';

/*
 * Answers of Compute Engine that were recorded from 2013 on, with names and addresses changed: the
 * fixtures of Apache Libcloud (Apache License 2.0), from its source distribution on PyPI. They go
 * through the real client library as if Google answered them today.
 */
const PROJECT = 'project_name';
const AGGREGATED = /\/aggregated\/(\w+)$/;
const GLOBAL = /\/global\/(\w+)$/;

const types = (await loadRegistry()).get('gcp')?.resourceTypes ?? new Map();
let directory: string;
let files: readonly string[];

beforeAll(async () => {
  directory = await pypiFiles({
    package: 'apache-libcloud',
    version: '3.9.1',
    distribution: 'sdist',
    folder: 'libcloud/test/compute/fixtures/gce',
  });
  files = await readdir(directory);
}, 180_000);

async function recorded(name: string): Promise<Record<string, unknown> | null> {
  return files.includes(name) ? JSON.parse(await readFile(join(directory, name), 'utf8')) : null;
}

/** Lists that were recorded under another name, and the place that they are of. */
const ELSEWHERE: Readonly<Record<string, readonly [scope: string, file: string]>> = {
  backendServices: ['global', 'global_backendServices_web_service.json'],
  instanceGroups: ['zones/us-central1-a', 'zones_us_central1_a_instanceGroups.json'],
};

/**
 * The recorded answer to a request. Libcloud lists some things globally where we list all places: such
 * a list stands as the global part of an aggregated answer. What was not recorded is an empty list.
 */
async function answerTo(path: string): Promise<WireAnswer> {
  const collection = AGGREGATED.exec(path)?.[1];
  if (collection) {
    const answer = await recorded(`aggregated_${collection}.json`);
    if (answer) return { body: answer };
    const [scope, name] = ELSEWHERE[collection] ?? ['global', `global_${collection}.json`];
    const list = await recorded(name);
    const items = list === null ? [] : (list.items ?? [list]);
    return { body: { items: { [scope]: { [collection]: items } } } };
  }
  if (path.endsWith('/listInstances')) {
    const name = 'zones_us_central1_a_instanceGroups_myname_listInstances.json';
    return { body: (await recorded(name)) ?? {} };
  }
  const global = GLOBAL.exec(path)?.[1];
  if (global) return { body: (await recorded(`global_${global}.json`)) ?? { items: [] } };
  const zone = /\/zones\/([^/]+)\/machineTypes$/.exec(path)?.[1];
  if (zone) {
    const all = await recorded('aggregated_machineTypes.json');
    const scopes = all?.items as Record<string, { machineTypes?: unknown[] }>;
    return { body: { items: scopes[`zones/${zone}`]?.machineTypes ?? [] } };
  }
  return { body: { items: [] } };
}

/** How many items each list has in the recordings, counted there. */
const LISTED = {
  gcp_compute_address: 5,
  gcp_compute_backend_service: 1,
  gcp_compute_disk: 17,
  gcp_compute_firewall: 5,
  gcp_compute_forwarding_rule: 2,
  gcp_compute_instance: 8,
  gcp_compute_instance_group: 2,
  gcp_compute_instance_group_manager: 2,
  gcp_compute_network: 3,
  // Two, which no recorded disk was made from.
  gcp_compute_snapshot: 0,
  gcp_compute_subnetwork: 4,
  gcp_compute_target_pool: 5,
  gcp_compute_target_proxy: 2,
  gcp_compute_url_map: 1,
};

async function replay(name: string) {
  await using wire = await startWire(({ url }) => answerTo(decodeURIComponent(url.pathname)));
  const type: AnyResourceType = types.get(name);
  const provider = providerAt(wire.url);
  const scope = scopeOf(PROJECT);
  const client = await provider.connect(scope, NO_SOURCES);
  const found = [];
  let token: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof type.listPage>> = await type.listPage(
      client,
      token,
      NOT_CANCELLED,
    );
    expect(page.incomplete_reason).toBeUndefined();
    const mapping = mappingOf(type, scope);
    const identified = identifyPage(page.records, mapping, 0);
    const observed = observePage(identified.records, new Map(), mapping);
    expect([...identified.rejected, ...observed.rejected]).toEqual([]);
    found.push(...observed.items);
    token = page.next_page_token;
  } while (token !== null);
  return found;
}

test.each(Object.entries(LISTED))(
  'recorded answers replay through %s without a rejected record',
  async (name, count) => {
    const found = await replay(name);
    expect(found.length).toBe(count);
    expect(new Set(found.map(({ ci_id }) => ci_id)).size).toBe(count);
  },
);

test('recorded snapshots are read', async () => {
  const mapping = mappingOf(types.get('gcp_compute_snapshot'), scopeOf(PROJECT));
  const { items = [] } = (await recorded('global_snapshots.json')) ?? {};
  const identified = identifyPage(items as unknown[], mapping, 0);
  const observed = observePage(identified.records, new Map(), mapping);
  expect(observed.items.length).toBe(2);
  expect([...identified.rejected, ...observed.rejected]).toEqual([]);
});

test('a recorded instance has the size of its recorded machine type', async () => {
  const bodies = (await replay('gcp_compute_instance')).map(({ document }) =>
    document === null ? null : JSON.parse(document).body,
  );
  expect(bodies).toContainEqual(
    expect.objectContaining({
      name: 'libcloud-demo-europe-persist-node',
      cpu_cores: 1,
      memory_gb: 3.75,
      region: 'europe-west1',
      availability_zone: 'europe-west1-a',
    }),
  );
});
