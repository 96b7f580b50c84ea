import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { identifyPage } from '../../../activities/identify-page.ts';
import { observePage } from '../../../activities/observe-page.ts';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import type { GcpClient } from '../../../providers/gcp/client.ts';
import { toGcpFault } from '../../../providers/gcp/errors.ts';
import { resourceType as disk } from '../../../providers/gcp/resources/gcp-compute-disk.ts';
import { resourceType as proxy } from '../../../providers/gcp/resources/gcp-compute-target-proxy.ts';
import { resourceType as cluster } from '../../../providers/gcp/resources/gcp-gke-cluster.ts';
import { resourceType as service } from '../../../providers/gcp/resources/gcp-run-service.ts';
import { mappingOf } from '../../support/things.ts';
import { NO_SOURCES, NOT_CANCELLED, PROJECT, providerAt, scopeOf } from './listing.ts';
import { startWire } from './wire.ts';

/** Three pages of disks, 500 of which make a page; 36 of 100 resources are disks. */
const DISKS = 1_260;

let synthetic: Synthetic;

beforeAll(async () => {
  synthetic = await startSynthetic({ gcp: { resources: 3_500 } });
}, 60_000);
beforeEach(async () => {
  await synthetic.setFaults({});
  await synthetic.resetStatistics();
});
afterAll(async () => {
  await synthetic?.[Symbol.asyncDispose]();
});

function client(url = synthetic.url): Promise<GcpClient> {
  return providerAt(url).connect(scopeOf(), NO_SOURCES);
}

async function idsOf(gcp: GcpClient, from: string | null = null): Promise<Set<string>> {
  const ids = new Set<string>();
  let token = from;
  do {
    const page = await disk.listPage(gcp, token, NOT_CANCELLED);
    for (const record of page.records) ids.add(disk.nativeId(record, scopeOf()) ?? '');
    token = page.next_page_token;
  } while (token !== null);
  return ids;
}

async function faultOf(gcp: GcpClient) {
  const error = await idsOf(gcp).catch((thrown: unknown) => thrown);
  return toGcpFault(error, disk.permissions);
}

test('pages are followed to the end, and a listing goes on at a token of another client', async () => {
  const all = await idsOf(await client());
  expect(all.size).toBe(DISKS);
  expect((await synthetic.statistics()).operations).toEqual({ 'compute.disks.list': 3 });
  const rest = await idsOf(await client(), '1000');
  expect(rest.size).toBe(DISKS - 1_000);
  expect([...rest].every((id) => all.has(id))).toBe(true);
});

test('a list of several kinds goes on at a token within any of them', async () => {
  await using small = await startSynthetic({ gcp: { resources: 10, page_size: 2 } });
  const pages: string[][] = [];
  let token: string | null = null;
  do {
    // Each page by a client of its own: nothing but the token is carried on.
    const page = await proxy.listPage(await client(small.url), token, NOT_CANCELLED);
    pages.push(page.records.map((record) => proxy.nativeId(record, scopeOf()) ?? ''));
    token = page.next_page_token;
  } while (token !== null);
  // Of each of five kinds three, two a page.
  expect(pages.map(({ length }) => length)).toEqual([2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
  expect(new Set(pages.flat()).size).toBe(15);
});

test('throttling at every third call loses nothing', async () => {
  await synthetic.setFaults({ throttle_every: 3 });
  expect((await idsOf(await client())).size).toBe(DISKS);
  expect((await synthetic.statistics()).throttled).toBe(1);
});

test('throttling without end is told as such, with the time to wait, after three attempts', async () => {
  await synthetic.setFaults({ throttle_every: 1, retry_after_s: 1 });
  expect(await faultOf(await client())).toMatchObject({
    kind: 'throttled',
    code: 'RATE_LIMIT_EXCEEDED',
    retry_after_ms: 1000,
  });
  expect((await synthetic.statistics()).calls).toBe(3);
});

test('a refusal names the permission, and is not tried again', async () => {
  await synthetic.setFaults({ denied: [{ operation: 'compute.disks.list' }] });
  expect(await faultOf(await client())).toMatchObject({
    kind: 'denied',
    code: 'IAM_PERMISSION_DENIED',
    missing_permission: 'compute.disks.list',
  });
  expect((await synthetic.statistics()).calls).toBe(1);
});

test('a server that fails in mid-list is a passing fault, told after the first page', async () => {
  await synthetic.setFaults({ failed_in_mid_list: [{ operation: 'compute.*' }] });
  const first = await disk.listPage(await client(), null, NOT_CANCELLED);
  expect(first.records.length).toBe(500);
  expect(await faultOf(await client())).toMatchObject({
    kind: 'transient',
    missing_permission: null,
  });
});

test('a detail that may not be read is told on the item, and the list stands', async () => {
  const { resourceType: instance } = await import(
    '../../../providers/gcp/resources/gcp-compute-instance.ts'
  );
  const refused = ['compute.machineTypes.list', 'compute.firewalls.list'];
  await synthetic.setFaults({ denied: refused.map((operation) => ({ operation })) });
  const page = await instance.listPage(await client(), null, NOT_CANCELLED);
  const items = page.records.map((record) =>
    instance.toItem(instance.record.parse(record), scopeOf()),
  );
  expect(items.length).toBe(500);
  for (const { attributes } of items) expect(attributes?.denied_reads).toEqual(refused.toSorted());
});

test('a body that comes slowly is waited for', async () => {
  await synthetic.setFaults({ slow_body_ms: 100 });
  expect((await idsOf(await client())).size).toBe(DISKS);
});

test('a cancelled listing calls nobody, and a call under way ends', async () => {
  const gcp = await client();
  await expect(disk.listPage(gcp, null, AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect((await synthetic.statistics()).calls).toBe(0);
  await synthetic.setFaults({ latency_ms: 5_000 });
  const started = performance.now();
  await expect(disk.listPage(gcp, null, AbortSignal.timeout(200))).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('Cloud Run is listed in each of its places, and an odd one is told', async () => {
  const gcp = await client();
  const regions = new Set<unknown>();
  let token: string | null = null;
  do {
    const page = await service.listPage(gcp, token, NOT_CANCELLED);
    for (const record of page.records) {
      regions.add(service.toItem(service.record.parse(record), scopeOf()).region);
    }
    token = page.next_page_token;
  } while (token !== null);
  expect(regions).toEqual(new Set(['europe-west1', 'us-central1']));
});

test.each([
  ['unreachables', { unreachables: ['zones/a'] }, 'zones/a'],
  ['a warning', { warning: { code: 'PARTIAL_SUCCESS', message: 'Not all.' } }, 'Not all.'],
  [
    'a scope’s warning',
    { items: { 'zones/a': { warning: { code: 'UNREACHABLE', message: 'Gone.' } } } },
    'zones/a: Gone.',
  ],
])('an answer that says by %s that it is not everything is incomplete', async (_by, body, said) => {
  await using wire = await startWire(() => ({ body: { items: {}, ...body } }));
  const page = await disk.listPage(await client(wire.url), null, NOT_CANCELLED);
  expect(page.incomplete_reason).toContain(said);
});

test('a cluster in a zone that gave no answer makes the list incomplete', async () => {
  await using wire = await startWire(() => ({ body: { clusters: [], missingZones: ['x-y1-a'] } }));
  const page = await cluster.listPage(await client(wire.url), null, NOT_CANCELLED);
  expect(page.incomplete_reason).toContain('x-y1-a');
});

test('words of an enumeration are read though they come as numbers', async () => {
  const record = { name: 'shop', location: 'europe-west1', status: 2 };
  const newer = { name: 'lab', location: 'europe-west1', status: 99 };
  await using wire = await startWire(() => ({ body: { clusters: [record, newer] } }));
  const page = await cluster.listPage(await client(wire.url), null, NOT_CANCELLED);
  // The libraries ask for numbers: `$alt=json;enum-encoding=int`.
  expect(wire.asked[0]?.url.searchParams.get('$alt')).toContain('enum-encoding=int');
  const states = page.records.map((one) => cluster.record.parse(one).status);
  expect(states).toEqual(['RUNNING', '99']);
});

test('a record that does not parse is rejected alone, and its id is known', async () => {
  const name = (zone: string, disk: string) =>
    `https://www.googleapis.com/compute/v1/projects/${PROJECT}/zones/${zone}/disks/${disk}`;
  const disks = [
    { name: 'good', selfLink: name('a-b1-c', 'good') },
    // Without its name it is no record of a disk.
    { selfLink: name('a-b1-c', 'odd') },
    { name: 'nowhere' },
  ];
  await using wire = await startWire(() => ({ body: { items: { 'zones/a-b1-c': { disks } } } }));
  const page = await disk.listPage(await client(wire.url), null, NOT_CANCELLED);
  const mapping = mappingOf(disk as never, scopeOf());
  const identified = identifyPage(page.records, mapping, 0);
  const observed = observePage(identified.records, new Map(), mapping);
  expect(observed.items.length).toBe(1);
  expect(observed.rejected).toEqual([
    expect.objectContaining({
      record_key: `//compute.googleapis.com/projects/${PROJECT}/zones/a-b1-c/disks/odd`,
    }),
  ]);
  // What has no id could be any disk: the list proves nothing then.
  expect(identified.has_unidentified).toBe(true);
});
