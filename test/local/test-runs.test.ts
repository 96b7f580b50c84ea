import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isRunning } from '../../local/process-identity.ts';
import { countTests } from '../../local/test-counts.ts';
import { clearDeadTestRuns } from '../../local/test-runs.ts';
import { moduleUrl, runNode } from '../support/node-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A test run with one child, which says where it is and then waits. */
function testRun(cache: string) {
  return runNode(`
    import { Children } from ${JSON.stringify(moduleUrl('local/children.ts'))};
    import { ProcessRecord } from ${JSON.stringify(moduleUrl('local/processes.ts'))};
    import { identify } from ${JSON.stringify(moduleUrl('local/process-identity.ts'))};
    import { beginTestRun } from ${JSON.stringify(moduleUrl('local/test-runs.ts'))};
    const run = beginTestRun(${JSON.stringify(cache)});
    const children = new Children(new ProcessRecord(run.directory));
    const child = await children.start({
      name: 'Store', program: process.execPath, args: ['--eval', 'setInterval(() => {}, 1000)'],
      environment: process.env, cwd: run.directory, logFile: run.directory + '/store.log',
    });
    console.log(JSON.stringify({ directory: run.directory, child: identify(child.pid) }));
  `);
}

test('what a killed test run left is ended and deleted; a run that goes on is left alone', async () => {
  using directory = temporaryDirectory();
  const cache = join(directory.path, 'cache');
  await using alive = testRun(cache);
  const killed = testRun(cache);
  const left = JSON.parse(await killed.firstLine);
  const kept = JSON.parse(await alive.firstLine);
  await killed[Symbol.asyncDispose]();
  expect(isRunning(left.child)).toBe(true);

  expect(await clearDeadTestRuns(cache)).toEqual(['Store']);
  expect(isRunning(left.child)).toBe(false);
  expect(existsSync(left.directory)).toBe(false);
  expect(isRunning(kept.child)).toBe(true);
  expect(existsSync(kept.directory)).toBe(true);

  await alive[Symbol.asyncDispose]();
  expect(await clearDeadTestRuns(cache)).toEqual(['Store']);
  expect(readdirSync(join(cache, 'test-runs'))).toEqual([]);
});

const RESULTS = { numPassedTests: 7, numFailedTests: 2, numRuntimeErrorTestSuites: 0 };

test('a test file that cannot be run counts as a failed test', () => {
  const results = { ...RESULTS, numRuntimeErrorTestSuites: 1, success: false };
  expect(countTests(JSON.stringify(results))).toEqual({ passed: 7, failed: 3 });
});

test('a run that failed without a failed test counts one', () => {
  const results = { ...RESULTS, numFailedTests: 0, success: false };
  expect(countTests(JSON.stringify(results))).toEqual({ passed: 7, failed: 1 });
});
