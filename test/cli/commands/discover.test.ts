import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OPEN } from '../../../api/access/policy.ts';
import { createSealer } from '../../../db/sealer.ts';
import { NOWHERE, silent } from '../../api/test-api.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { testTemporal } from '../../support/stores.ts';
import { fault, SyntheticSource, things } from '../../support/synthetic-provider.ts';
import { type CliResult, runCli } from '../run-cli.ts';
import { runOnTerminal } from '../run-on-terminal.ts';
import { type ServedApi, serveApi } from '../serve-test-api.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;
let served: ServedApi;
let closeTemporal: () => Promise<void>;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha', 'beta'));
  const temporal = testTemporal();
  closeTemporal = () => temporal.close();
  served = await serveApi({
    db: pipeline.db,
    graph: pipeline.graph,
    cache: null,
    temporal,
    log: silent,
    task_queue: pipeline.taskQueue,
    sealer: createSealer(null),
    access: OPEN,
    limiter: null,
    cors_origins: [],
    audit_retention_days: 365,
    check_answers: true,
  });
}, 300_000);

afterAll(async () => {
  await served.close();
  await closeTemporal();
  await pipeline.close();
});

function cmdb(...args: string[]): Promise<CliResult> {
  return runCli(args, { CMDB_URL: served.url });
}

/** Adds an account whose first slice waits at a gate until the test opens it. */
function gatedAccount(): { account: string; open: () => void; reached: Promise<void> } {
  const account = randomUUID();
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  source.addRegion(account, 'north', {
    alpha: {
      things: things('a1', 'a2'),
      gate: async (signal) => {
        reached.resolve();
        const aborted = Promise.withResolvers<void>();
        signal.addEventListener('abort', () => aborted.resolve(), { once: true });
        await Promise.race([opened.promise, aborted.promise]);
      },
    },
    beta: { things: things('b1') },
  });
  return { account, open: opened.resolve, reached: reached.promise };
}

test('a discovery is followed in plain lines, and summed up at its end', async () => {
  const account = randomUUID();
  source.addRegion(account, 'north', {
    alpha: { things: things('a1', 'a2') },
    beta: { things: things('b1') },
  });
  const { code, out, err } = await cmdb('discover', '--account', account);
  expect(code).toBe(0);
  expect(err).toMatch(/completed: 2 of 2 slices, 3 items\n$/);
  expect(out).toMatch(/^completed in \d+ s: 2 of 2 slices, 3 items; 3 added\.\n$/);
});

test('what could not be listed is named with what to grant, and has an exit code', async () => {
  const account = randomUUID();
  const denied = fault('denied', 'AccessDenied', { missing_permission: 'alpha:List' });
  source.addRegion(account, 'north', {
    alpha: { things: [], faults: [denied] },
    beta: { things: things('b1') },
  });
  const { code, out, err } = await cmdb('discover', '--account', account);
  expect(code).toBe(7);
  expect(err).toContain(`denied    aws ${account} north alpha: grant alpha:List\n`);
  expect(out).toMatch(/^completed with errors in /);
  expect(out).toMatch(/\ndenied +aws +\S+ +north +alpha +grant alpha:List\n$/);

  const document = await cmdb('runs', 'list', '--json', '--limit', '1');
  const [run] = JSON.parse(document.out).items;
  expect(run).toMatchObject({ status: 'completed_with_errors', request: { accounts: [account] } });
  const again = await cmdb('discover', '--account', account, '--json');
  expect(again.code).toBe(0);
  expect(JSON.parse(again.out)).toMatchObject({ status: 'completed', slices: [{}, {}] });
  const slices = await cmdb('runs', 'show', run.run_id, '--state', 'denied', '--csv');
  expect(slices.out.trimEnd().split('\n')).toHaveLength(2);
  expect(slices.out).toContain(`denied,aws,${account},,north,alpha,0,`);
  const shown = await cmdb('runs', 'show', run.run_id);
  expect(shown.out).toMatch(/status +completed_with_errors\n/);
});

test('detached it ends at once; the run is paused, resumed and cancelled by others', async () => {
  const { account, reached } = gatedAccount();
  const started = await cmdb('discover', '--account', account, '--detach', '--json');
  expect(started.code).toBe(0);
  const { run_id } = JSON.parse(started.out);
  await reached;

  const joined = await cmdb('discover', '--account', account, '--detach');
  expect(joined.err).toBe('The same discovery is running: this is that one.\n');
  expect(joined.out).toBe(`Run ${run_id} is on its way: cmdb runs show ${run_id}\n`);

  expect((await cmdb('runs', 'pause', run_id)).out).toBe(`${run_id} is paused.\n`);
  expect((await cmdb('runs', 'resume', run_id)).out).toBe(`${run_id} goes on.\n`);

  await using following = runOnTerminal(['discover', '--account', account], {
    CMDB_URL: served.url,
  });
  await following.until(/this is that one/);
  expect((await cmdb('runs', 'cancel', run_id)).out).toBe(`${run_id} is being cancelled.\n`);
  expect(await following.ended).toBe(9);

  const late = await cmdb('runs', 'cancel', run_id);
  expect(late.code).toBe(6);
  expect(late.err).toContain('The discovery is over');
});

test('a terminal shows a bar for each provider and the slices under way; Ctrl-C asks', async () => {
  const { account, open, reached } = gatedAccount();
  const args = ['discover', '--account', account];
  await using run = runOnTerminal(args, { CMDB_URL: served.url });
  await reached;
  await run.until(/aws +█+░+ {2}1\/2 slices {2}1 items/);
  await run.until(/north alpha/);

  run.type('\u0003');
  await run.until(/\[d\]etach, \[c\]ancel it, or \[w\]ait\?/);
  run.type('w\n');
  await sleep(500);
  open();
  expect(await run.ended).toBe(0);
  expect(run.shown()).toMatch(/completed.* in \d+ s: 2 of 2 slices, 3 items; 3 added\./);
  // The summary is coloured here, and the cursor is given back.
  expect(run.shown()).toContain('\u001b[32mcompleted');
  expect(run.shown().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
    run.shown().lastIndexOf('\u001b[?25l'),
  );
});

test('interrupted on a terminal, a discovery can be cancelled, or left alone', async () => {
  const one = gatedAccount();
  await using left = runOnTerminal(['discover', '--account', one.account], {
    CMDB_URL: served.url,
    NO_COLOR: '1',
  });
  await one.reached;
  await left.until(/north alpha/);
  left.type('\u0003');
  await left.until(/\[w\]ait\?/);
  left.type('\u0003');
  expect(await left.ended).toBe(130);
  expect(left.shown()).toMatch(/Detached\. The discovery goes on: cmdb runs show [0-9a-f-]{36}/);
  expect(left.shown()).not.toContain('\u001b[2m');

  await using cancelled = runOnTerminal(['discover', '--account', one.account], {
    CMDB_URL: served.url,
  });
  await cancelled.until(/this is that one.*north alpha/s);
  cancelled.type('\u0003');
  await cancelled.until(/\[w\]ait\?/);
  cancelled.type('c\n');
  expect(await cancelled.ended).toBe(9);
});

test('a provider that does not exist is refused before anything is started', async () => {
  const { code, err } = await runCli(['discover', '--provider', 'aws,ibm'], {
    CMDB_URL: `http://${NOWHERE}`,
  });
  expect(code).toBe(2);
  expect(err).toMatch(/^cmdb: There is no provider "ibm"\. There are: aws, /);
});
