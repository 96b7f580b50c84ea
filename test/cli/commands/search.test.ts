import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { discoverEstate, type Estate, partId } from '../../api/estate.ts';
import { startTestApi, type TestApi } from '../../api/test-api.ts';
import { runCli } from '../run-cli.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

const ESTATE: Estate = [
  { id: 'web-2', team: 'shop', owner: 'ann', ip_address: '10.0.0.7', hostname: 'web-2.example' },
  { id: 'web-1', team: 'shop', ip_address: '10.0.0.8' },
  { id: 'ledger', team: 'bank', ip_address: '10.9.0.1', tags: { note: '=1+1' } },
];

let api: TestApi;
let served: ServedApi;
let directory: string;

beforeAll(async () => {
  api = await startTestApi();
  served = await serveApi(api.deps);
  directory = await mkdtemp(join(tmpdir(), 'cmdb-export-'));
  await discoverEstate(api.db, ESTATE);
}, 300_000);

afterAll(async () => {
  await rm(directory, { recursive: true });
  await served.close();
  await api.close();
});

const cmdb = (...args: string[]) => runCli(args, { CMDB_URL: served.url });

/** The names in a table: its second column. */
async function namesIn(...args: string[]): Promise<string[]> {
  const { code, out } = await cmdb(...args);
  expect(code).toBe(0);
  const rows = out.trimEnd().split('\n').slice(1);
  return rows.map((row) => row.split(/\s{2,}/)[1] ?? '');
}

test('a search shows what it may have found an item by, in the order of names', async () => {
  expect(await namesIn('search', 'WEB')).toEqual(['web-1', 'web-2']);
  expect(await namesIn('search', '10.0.0.', '--owner', 'ann')).toEqual(['web-2']);
  const { out } = await cmdb('search', 'web-2.ex');
  expect(out).toMatch(/NAME +IP ADDRESS +HOSTNAME/);
  expect(out).toMatch(/web-2 +10\.0\.0\.7 +web-2\.example/);
  const document = JSON.parse((await cmdb('search', '10.9.0.0/16', '--json')).out);
  expect(document).toMatchObject({ total: 1, matched_by: 'address', items: [{ name: 'ledger' }] });
});

test('what is only written alike is said to be, and nothing is said to be nothing', async () => {
  const alike = await cmdb('search', 'ledgre');
  expect(alike.out).toContain('ledger');
  expect(alike.err).toBe('Nothing contains that; what is shown is written alike.\n');
  expect((await cmdb('search', 'kubernetes')).err).toBe('No item is like that.\n');
});

test('lists are filtered by team, owner, text and time, and sorted', async () => {
  expect(await namesIn('list', '--team', 'shop', '--sort', 'name')).toEqual(['web-1', 'web-2']);
  expect(await namesIn('list', '--sort=-name')).toEqual(['web-2', 'web-1', 'ledger']);
  expect(await namesIn('list', '--contains', 'dge')).toEqual(['ledger']);
  expect(await namesIn('list', '--updated-since', '2026-01-01', '--owner', 'ann')).toEqual([
    'web-2',
  ]);
  const none = await cmdb('list', '--updated-since', '2999-01-01T00:00:00+01:00');
  expect(none).toMatchObject({ code: 0, err: 'No item is like that.\n' });
  const wrong = await cmdb('list', '--updated-since', 'yesterday');
  expect([wrong.code, wrong.err.trimEnd().split('\n').length]).toEqual([2, 1]);
  expect((await cmdb('list', '--sort', 'size')).code).toBe(2);
});

test('an export is written to standard output as lines, or as CSV', async () => {
  const { out } = await cmdb('export', '--team', 'bank');
  expect(JSON.parse(out)).toMatchObject({ ci_id: partId('ledger'), tags: { note: '=1+1' } });
  expect(out.trimEnd()).not.toContain('\n');
  const csv = await cmdb('export', '--csv', '--fields', 'name,owner', '--team', 'shop');
  expect(csv.out.trimEnd().split('\n').sort()).toEqual(['name,owner', 'web-1,', 'web-2,ann']);
});

test('an export to a file is CSV by its name, and says how much it is', async () => {
  const file = join(directory, 'all.csv');
  const { code, out, err } = await cmdb('export', file, '--fields', 'ci_id,name');
  expect([code, out]).toEqual([0, '']);
  expect(err).toBe(`${file}: 0.1 kB.\n`);
  expect((await readFile(file, 'utf8')).split('\n')[0]).toBe('ci_id,name');
  const lines = join(directory, 'all.csv.json');
  await cmdb('export', lines, '--json');
  expect((await readFile(lines, 'utf8')).trimEnd().split('\n')).toHaveLength(ESTATE.length);
  expect((await readdir(directory)).sort()).toEqual(['all.csv', 'all.csv.json']);
});

test('an export that breaks off leaves nothing, and says so', async () => {
  const broken = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write('{"name":"first"}\n', () => response.destroy());
  });
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  const { port } = broken.address() as AddressInfo;
  const file = join(directory, 'broken.ndjson');
  const { code, err } = await runCli(['export', file], { CMDB_URL: `http://127.0.0.1:${port}` });
  expect(code).not.toBe(0);
  expect(err).toMatch(/^cmdb: The export from .* broke off: it is not complete\. .*\n$/);
  expect(await readdir(directory)).not.toContain('broken.ndjson');
  await new Promise((resolve) => broken.close(resolve));
});

test('a file that cannot be written is told by its reason', async () => {
  const { code, err } = await cmdb('export', join(directory, 'none', 'x.csv'));
  expect([code, err]).toEqual([1, 'cmdb: It cannot be written (ENOENT). Give another file.\n']);
});
