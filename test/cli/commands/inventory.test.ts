import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { discoverEstate, type Estate, partId } from '../../api/estate.ts';
import { startTestApi, type TestApi } from '../../api/test-api.ts';
import { type CliResult, runCli } from '../run-cli.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

const MANY = Array.from({ length: 1_200 }, (_, index) => ({
  id: `pod-${String(index).padStart(4, '0')}`,
  ci_type: 'kubernetes_pod' as const,
}));

const ESTATE: Estate = [
  { id: 'shop', ci_type: 'application', environment: 'production', needs: ['web'] },
  { id: 'web', needs: ['db'], tags: { team: 'payments' } },
  { id: 'db', ci_type: 'aws_rds', environment: 'production', tags: { 'aws:stack': 'core' } },
  { id: '=1+1\u001b[31m,"x"', ci_type: 'server' },
  ...MANY,
];

let api: TestApi;
let served: ServedApi;

beforeAll(async () => {
  api = await startTestApi();
  served = await serveApi(api.deps);
  await discoverEstate(api.db, ESTATE);
  await api.publish();
}, 300_000);

afterAll(async () => {
  await served.close();
  await api.close();
});

function cmdb(...args: string[]): Promise<CliResult> {
  return runCli(args, { CMDB_URL: served.url });
}

async function json(...args: string[]) {
  const { code, out, err } = await cmdb(...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out);
}

test('a list is found by filters, as a table, as JSON and as CSV', async () => {
  const table = await cmdb('list', '--ci-type', 'database');
  expect(table.out).toMatch(/^CI_TYPE|^CI TYPE +NAME +STATUS/);
  expect(table.out).toMatch(new RegExp(`\\naws_rds +db +active +production .*${partId('db')}\\n$`));

  const document = await json('list', '--tag', 'team:payments');
  expect(document).toMatchObject({ total: 1, coverage: { complete: 1 } });
  expect(document.items).toEqual([(await api.ask(`/api/v3/cmdb/ci/${partId('web')}`)).body]);

  const csv = await cmdb('list', '--tag', 'aws\\:stack:core', '--csv');
  const [head, row] = csv.out.trimEnd().split('\n');
  expect(head).toMatch(/^ci_type,name,display_name,status,.*,tags$/);
  expect(row).toContain(`,${partId('db')},`);
});

test('a list ends at its limit and says so; all of it is listed page by page', async () => {
  const some = await cmdb('list', '--ci-type', 'kubernetes_pod', '--limit', '2');
  expect(some.out.trimEnd().split('\n')).toHaveLength(3);
  expect(some.err).toBe('2 of 1,200; --all lists all.\n');

  const all = await json('list', '--ci-type', 'kubernetes_pod', '--all');
  const names = all.items.map((item: { name: string }) => item.name);
  expect(new Set(names)).toEqual(new Set(MANY.map(({ id }) => id)));
  expect(names).toHaveLength(MANY.length);

  const table = await cmdb('list', '--ci-type', 'kubernetes_pod', '--all');
  expect(table.out.match(/CI TYPE/g)).toHaveLength(1);
  expect(table.out.trimEnd().split('\n')).toHaveLength(1 + MANY.length);
});

test('a name cannot steer the terminal, nor run as a formula', async () => {
  const table = await cmdb('list', '--ci-type', 'server');
  expect(table.out).toContain('=1+1\\u001b[31m,"x"');
  expect(table.out).not.toContain('\u001b');
  const csv = await cmdb('list', '--ci-type', 'server', '--csv');
  expect(csv.out).toContain(`"'=1+1`);
  const document = await json('list', '--ci-type', 'server');
  expect(document.items[0].name).toBe('=1+1\u001b[31m,"x"');
});

test('an item is shown with its fields, tags and changes', async () => {
  const { out } = await cmdb('get', partId('db'));
  expect(out).toMatch(/^DB\n/);
  expect(out).toMatch(/\nenvironment +production\n/);
  expect(out).toMatch(/\ntags\naws:stack +core\n/);
  expect(await json('get', partId('db'))).toMatchObject({ name: 'db', ci_type: 'aws_rds' });
});

test('what an item needs and what needs it', async () => {
  const needs = await cmdb('deps', partId('shop'), '--depth', '2');
  expect(needs.out).toMatch(/\n +1 +depends_on +service +web .*\n +2 +depends_on +aws_rds +db /);
  const needed = await json('deps', partId('db'), '--needed-by', '--relation', 'depends_on');
  expect(needed).toMatchObject({ direction: 'needed_by', dependencies: [{ name: 'web' }] });
  const nothing = await cmdb('deps', partId('db'));
  expect(nothing).toMatchObject({ out: '', err: 'It needs nothing known.\n', code: 0 });
});

test('what suffers if one fails, if several do, and if all that a filter finds do', async () => {
  const one = await cmdb('impact', partId('db'));
  expect(one.out).toMatch(/\noutage +1 +depends_on +service +web /);
  expect(one.out).toMatch(/\n2 suffer: 2 fail, too, 0 go on with less, 1 in production\.\n$/);

  const several = await json('impact', partId('db'), partId('web'));
  expect(several).toMatchObject({ failed: { total: 2 }, total_impacted: 1 });
  const found = await json('impact', '--tag', 'team', '--depth', '1');
  expect(found).toMatchObject({ failed: { total: 1 }, depth: 1, total_impacted: 1 });
  const csv = await cmdb('impact', partId('db'), '--csv');
  expect(csv.out).toMatch(/^effect,hops,by_way_of,ci_type,/);
});

test('counts are shown as one table', async () => {
  const { out } = await cmdb('stats');
  expect(out).toMatch(/^1,204 items, 2 relationships\n/);
  expect(out).toMatch(/\ntype +kubernetes_pod +1,200\n/);
  expect((await cmdb('stats', '--csv')).out).toContain('\ntype,kubernetes_pod,1200\n');
  expect(await json('stats')).toMatchObject({ total_cis: 1204, by_type: { aws_rds: 1 } });
});

test('an item that is not known ends with its own exit code', async () => {
  const unknown = '2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d';
  for (const command of ['get', 'deps', 'impact']) {
    const { code, err } = await cmdb(command, unknown);
    expect(code).toBe(5);
    expect(err).toBe(`cmdb: There is no configuration item ${unknown}.\n`);
  }
});
