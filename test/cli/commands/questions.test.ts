import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeSliceScan, openSliceScan } from '../../../db/postgres/slice-scan.ts';
import { sliceId } from '../../../model/identity.ts';
import { GLOBAL_REGION } from '../../../model/scope.ts';
import { discoverEstate, type Estate, partId } from '../../api/estate.ts';
import { startTestApi, type TestApi } from '../../api/test-api.ts';
import { discoverThings, planThings, thingType } from '../../support/things.ts';
import { type CuttableProxy, cuttableProxy } from '../cuttable-proxy.ts';
import { type CliResult, runCli } from '../run-cli.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

const FIRST: Estate = [
  { id: 'shop', ci_type: 'application', environment: 'production', needs: ['web'] },
  { id: 'web', environment: 'production', needs: ['db'], size: 4 },
  { id: 'db', ci_type: 'aws_rds' },
  { id: 'island' },
];
const SECOND: Estate = [
  { id: 'shop', ci_type: 'application', environment: 'production', needs: ['web'] },
  { id: 'web', environment: 'production', needs: ['db'], size: 8 },
  { id: 'db', ci_type: 'aws_rds', team: 'data' },
  { id: 'island' },
  { id: 'new\u001b[31m' },
];

let api: TestApi;
let served: ServedApi;
let between: string;

beforeAll(async () => {
  api = await startTestApi();
  served = await serveApi(api.deps);
  await discoverEstate(api.db, FIRST);
  between = new Date().toISOString();
  await discoverEstate(api.db, SECOND);
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
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

test('single points of failure come with the worst first, ranked by where it hurts', async () => {
  const table = await cmdb('spof');
  expect(table).toMatchObject({ code: 0, err: '' });
  expect(table.out).toMatch(
    /^OUTAGES +CRITICAL OUTAGES +CI TYPE .*\n +2 +2 +aws_rds +db .*\n +1 +1 +service +web /,
  );
  const some = await cmdb('spof', '--limit', '1');
  expect(some.err).toBe('1 of 2; --limit shows more.\n');
  expect(await json('spof', '--environment', 'production', '--ci-type', 'database')).toMatchObject({
    total: 1,
    single_points: [{ name: 'db', outages_in_environment: 2 }],
  });
  expect((await cmdb('spof', '--environment', 'qa')).err).toMatch(/^Nothing known takes others/);
});

test('a path is told step by step, with the way in which each relationship points', async () => {
  const { out } = await cmdb('path', partId('db'), partId('shop'));
  expect(out).toMatch(
    /^HOP .*\n +0 +- +aws_rds +db .*\n +1 +<- depends_on +service +web .*\n +2 +<- /,
  );
  const back = await cmdb('path', partId('web'), partId('db'), '--csv');
  expect(back.out).toContain('\n1,depends_on ->,aws_rds,db,');
  const none = await cmdb('path', partId('db'), partId('island'));
  expect(none).toMatchObject({ code: 0, out: '', err: 'They are not connected within 8 hops.\n' });
  const early = await cmdb('path', partId('db'), partId('web'), '--as-of', '90d');
  expect(early.code).not.toBe(0);
  expect(early.err.trimEnd().split('\n')).toHaveLength(1);
});

test('the history of an item has a row for each field of each version', async () => {
  const { out } = await cmdb('history', partId('web'));
  expect(out).toMatch(
    /^VERSION +TIMESTAMP +CHANGED BY +FIELD +OLD +NEW\n +2 +\S+ +discovery +attributes\.size +4 +8\n/,
  );
  const document = await json('history', partId('web'), '--limit', '1');
  expect(document).toMatchObject({ ci_id: partId('web'), items: [{ version: 2 }] });
  expect(document.next_cursor).toEqual(expect.any(String));
  const cut = await cmdb('history', partId('web'), '--limit', '1');
  expect(cut.err).toBe('There are older versions; --limit shows more.\n');
});

test('two times are compared, and what is not shown is counted', async () => {
  const whole = await cmdb('diff', '--from', between);
  expect(whole.out).toMatch(/\nchanged +aws_rds +db +team: null -> data +/);
  expect(whole.out).toMatch(/\nchanged +service +web +attributes\.size: 4 -> 8 +/);
  expect(whole.out).toContain('new\\u001b[31m');
  expect(whole.err).toMatch(/^From \S+ to \S+: .*1 added.*\.\n$/);

  const one = await cmdb('diff', '--from', between, '--limit', '1');
  expect(one.out.trimEnd().split('\n')).toHaveLength(2);
  expect(one.err).toMatch(/\n1 are shown; --all shows all\.\n$/);
  const document = await json('diff', '--from', between, '--ci-type', 'database');
  expect(document).toMatchObject({ items: [{ kind: 'changed', ci: { name: 'db' } }] });
  expect(document.summary).toMatchObject({ changed: 1 });
  expect(await json('diff', '--from', between, '--to', between)).toMatchObject({ items: [] });
});

test('an item, what it needs and what fails with it are told as they were', async () => {
  const past = ['--as-of', between];
  expect(await json('get', partId('web'), ...past)).toMatchObject({
    as_of: between,
    attributes: { size: 4 },
  });
  expect(await json('deps', partId('web'), ...past)).toMatchObject({
    as_of: between,
    dependencies: [{ name: 'db' }],
  });
  for (const ids of [[partId('db')], [partId('db'), partId('web')]]) {
    expect(await json('impact', ...ids, ...past)).toMatchObject({ as_of: between });
  }
  const early = await cmdb('get', partId('web'), '--as-of', '90d');
  expect(early.code).not.toBe(0);
});

test('a time that is none is a usage error that shows how to write one', async () => {
  for (const time of ['yesterday', '2026-13-01', '5', '1y']) {
    const { code, err } = await cmdb('diff', '--from', time);
    expect(code).toBe(2);
    expect(err).toMatch(/^cmdb: .*2026-05-01T12:00:00Z, 24h or 7d.*See cmdb diff --help\.\n$/);
  }
  expect((await cmdb('diff')).err).toMatch(/--from <time>.*See cmdb diff --help/);
});

test('the feed is read from its beginning, and on from where it was read', async () => {
  const { items, next_cursor, has_more } = await json('changes', '--all');
  expect([items.length, has_more]).toEqual([9, false]);
  expect((await json('changes', '--after', next_cursor)).items).toEqual([]);
  const some = await cmdb('changes', '--type', 'ci.updated', '--limit', '1');
  expect(some.out).toMatch(/^TIMESTAMP .*\n\S+ +ci\.updated +\S+ +\S+ /);
  const [, cursor = ''] = /^There are more: --after (\S+)\n$/.exec(some.err) ?? [];
  const rest = await json('changes', '--type', 'ci.updated', '--after', cursor);
  expect(rest.items).toHaveLength(1);
  const wrong = await cmdb('changes', '--type', 'ci.lost');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toMatch(/^cmdb: There is no type "ci\.lost"\. There are: ci\.created, .*\n$/);
});

/** A command that goes on until it is ended. */
function following(url: string, ...args: string[]) {
  const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'changes', '--follow', ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', CMDB_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const shown = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    shown.err += text;
  });
  return {
    shown,
    end: () => child.kill('SIGKILL'),
    until: (check: () => boolean) => eventually(check, () => JSON.stringify(shown)),
  };
}

async function eventually(check: () => boolean, describe: () => string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`It did not come to pass: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('changes are followed as they happen; what happens while the connection is broken comes, too, and once', async () => {
  const proxy: CuttableProxy = await cuttableProxy(served.url);
  const run = following(proxy.url, '--json', '--type', 'ci.created');
  const people = following(served.url, '--environment', 'production');
  const lines = () => run.shown.out.split('\n').filter(Boolean);
  try {
    await people.until(() => people.shown.err.includes('Waiting for changes'));
    await run.until(() => proxy.accepted === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await discoverEstate(api.db, [...SECOND, { id: 'first', environment: 'production' }]);
    await run.until(() => lines().length === 1);
    proxy.cut();
    await discoverEstate(api.db, [
      ...SECOND,
      { id: 'first', environment: 'production' },
      { id: 'second' },
    ]);
    await run.until(() => lines().length === 2);
    expect(lines().map((line) => JSON.parse(line).ci.name)).toEqual(['first', 'second']);
    expect(proxy.accepted).toBe(2);
    await people.until(() => people.shown.out.includes('first'));
    expect(people.shown.out).toMatch(/^\S+ {2}ci\.created {12}service first\n$/);
  } finally {
    run.end();
    people.end();
    await proxy.close();
  }
}, 60_000);

test('coverage shows what is not complete, with what to grant, and nothing else', async () => {
  const slice = (account: string) => sliceId('host', account, GLOBAL_REGION, thingType.name);
  await discoverThings(api.db, [{ id: 'n1' }], { account: 'fine' });
  await discoverThings(api.db, [{ id: 'n2' }], { account: 'half', outcome: 'partial' });
  const runId = randomUUID();
  await planThings(api.db, runId, { account: 'locked' });
  await openSliceScan(api.db, runId, slice('locked'));
  await closeSliceScan(api.db, runId, slice('locked'), {
    outcome: 'denied',
    error_code: 'AccessDenied',
    error_message: 'You may not.',
    missing_permission: 'thing:List',
  });
  const { out, err } = await cmdb('coverage', '--provider', 'host');
  expect(out).toMatch(/^STATE .*\ndenied +host +locked .* grant thing:List\npartial +host +half /);
  expect(err).toMatch(/^1 of 3 slices complete, .*\.\n$/);
  const csv = await cmdb('coverage', '--state', 'denied', '--csv');
  expect(csv.out.trimEnd().split('\n')).toHaveLength(2);
  expect(csv.out).toContain(',thing:List,grant thing:List,AccessDenied,');
  const all = await json('coverage', '--provider', 'host', '--all');
  expect(all).toMatchObject({ summary: { slices: 3 }, items: [{}, {}, {}] });
});

test('what is held waits for a person, who is told how to approve it', async () => {
  const things = Array.from({ length: 60 }, (_, at) => ({ id: `thing-${at}` }));
  await discoverThings(api.db, things, { account: 'emptied' });
  await discoverThings(api.db, things.slice(0, 5), { account: 'emptied' });
  const { out, err } = await cmdb('coverage', '--account', 'emptied');
  expect(out).toMatch(/\ncomplete +host +emptied .* 55 are gone at once: /);
  const [, slice = '', loss = ''] = /cmdb coverage approve (\S+) (\d+)\n/.exec(err) ?? [];
  const other = await cmdb('coverage', 'approve', slice, '54', '--reason', 'emptied');
  expect(other.code).toBe(6);
  expect(other.err).toMatch(/^cmdb: The slice is held for a loss of 55 by now; look again\.\n$/);
  const approved = await cmdb('coverage', 'approve', slice, loss, '--reason', 'emptied');
  expect(approved).toMatchObject({ code: 0, err: '' });
  expect((await cmdb('coverage', '--account', 'emptied')).err).not.toContain('approve');
});
