import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneDirectory } from './directories.ts';
import { explain } from './explain.ts';
import { Progress } from './progress.ts';
import { withTemporaryStores } from './temporary-stores.ts';
import { countTests, type TestCounts } from './test-counts.ts';

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
    exitCode = await withTemporaryStores('test', progress, async (stores) => {
      const results = join(stores.directory, 'results.json');
      const code = await stores.runNode(
        [
          '--experimental-vm-modules',
          '--disable-warning=ExperimentalWarning',
          join(cloneDirectory, 'node_modules', 'jest', 'bin', 'jest.js'),
          ...args,
          '--json',
          `--outputFile=${results}`,
        ],
        // With --json jest prints the results on standard output too, where nobody wants to read them.
        { name: 'jest', keepsOutput: false },
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
