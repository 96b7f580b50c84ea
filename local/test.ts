import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneDirectory } from './directories.ts';
import { explain } from './explain.ts';
import { Progress } from './progress.ts';
import { runCommand } from './run-command.ts';
import { withTemporaryStores } from './temporary-stores.ts';
import { countTests, type TestCounts } from './test-counts.ts';

const JEST = join(cloneDirectory, 'node_modules', 'jest', 'bin', 'jest.js');

/**
 * Files that run at a time: the smallest machine has two cores, and many tests wait for a store. Each
 * has a graph of its own, which takes some 6 s to start and 350 MB, and a namespace of Temporal.
 */
const FILES_AT_ONCE = 3;

/**
 * `npm test`: runs jest against temporary stores of its own, which are stopped and deleted whatever
 * happens. The last line printed is `N passed, N failed`.
 *
 * @param args passed on to jest
 * @returns jest's exit code; 1 when the stores could not be started
 */
export async function test(args: readonly string[]): Promise<number> {
  const progress = new Progress(process.stdout, process.env);
  let counts: TestCounts = { passed: 0, failed: 1 };
  let exitCode = 1;
  try {
    const lanes = Math.max(1, Math.min(FILES_AT_ONCE, await countFiles(args)));
    exitCode = await withTemporaryStores({ profile: 'test', progress, lanes }, async (stores) => {
      const results = join(stores.directory, 'results.json');
      const code = await stores.runNode(
        [
          '--experimental-vm-modules',
          '--disable-warning=ExperimentalWarning',
          JEST,
          ...args,
          `--maxWorkers=${stores.lanes.length}`,
          '--json',
          `--outputFile=${results}`,
        ],
        {
          name: 'jest',
          // With --json jest prints the results on standard output too, where nobody wants to read them.
          keepsOutput: false,
          environment: { CMDB_TEST_LANES: JSON.stringify(stores.lanes) },
        },
      );
      counts = countTests(await readFile(results, 'utf8'));
      return code;
    });
  } catch (error) {
    progress.print(explain(error));
    exitCode = 1;
    counts = { passed: counts.passed, failed: Math.max(counts.failed, 1) };
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return exitCode;
}

/** @returns how many test files these arguments choose */
async function countFiles(args: readonly string[]): Promise<number> {
  const listed = await runCommand(process.execPath, [JEST, ...args, '--listTests'], {
    cwd: cloneDirectory,
  });
  return listed.split('\n').filter((line) => line.trim() !== '').length;
}
