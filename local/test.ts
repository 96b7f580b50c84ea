import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Children, InterruptedError } from './children.ts';
import { postgresDataDirectory } from './components/postgres.ts';
import { cacheDirectory, cloneDirectory } from './directories.ts';
import { explain } from './explain.ts';
import { identify } from './process-identity.ts';
import { ProcessRecord } from './processes.ts';
import { Progress } from './progress.ts';
import { onRequestToEnd } from './signals.ts';
import { LocalState } from './state.ts';
import { readyStores } from './stores.ts';
import { countTests, type TestCounts } from './test-counts.ts';
import { beginTestRun, clearDeadTestRuns } from './test-runs.ts';

/** The variables that name stores, or steer what connects to them. */
const STORE_VARIABLES =
  /^(DATABASE_URL|REDIS_URL|PG[A-Z]+|NEO4J_(URI|USERNAME|PASSWORD)|TEMPORAL_.*)$/;

/**
 * `npm test`: runs jest against temporary stores of its own, which are stopped and deleted whatever
 * happens. The last line printed is `N passed, N failed`.
 *
 * Stores named by the environment are not touched unless `CMDB_TEST_USE_ENV=1` says so: tests make
 * and drop databases and wipe the graph.
 *
 * @param args passed on to jest
 * @returns jest's exit code; 1 when the stores could not be started
 */
export async function test(args: readonly string[]): Promise<number> {
  const cache = cacheDirectory(process.env);
  const progress = new Progress(process.stdout, process.env);
  const leftovers = await clearDeadTestRuns(cache);
  if (leftovers.length > 0) {
    progress.print(`Ended what a killed test run had left: ${leftovers.join(', ')}`);
  }
  const run = beginTestRun(cache);
  const record = new ProcessRecord(run.directory);
  const children = new Children(record);
  const interruption = new AbortController();
  const stopListening = onRequestToEnd(() => interruption.abort());
  let counts: TestCounts = { passed: 0, failed: 1 };
  let exitCode = 1;
  try {
    const state = LocalState.open(run.directory);
    run.alsoDelete(dirname(await postgresDataDirectory({ state, cacheDirectory: cache })));
    const environment = baseEnvironment();
    const stores = await readyStores({
      environment,
      cacheDirectory: cache,
      state,
      start: (specification) => children.start(specification),
      profile: 'test',
      progress,
      signal: interruption.signal,
    });
    progress.close();
    const results = join(run.directory, 'results.json');
    exitCode = await runJest(
      [...args, '--json', `--outputFile=${results}`],
      { ...environment, ...stores, CMDB_CACHE_DIR: cache },
      interruption.signal,
      record,
    );
    counts = countTests(await readFile(results, 'utf8'));
    if (interruption.signal.aborted) throw new InterruptedError();
  } catch (error) {
    progress.print(explain(interruption.signal.aborted ? new InterruptedError() : error));
    exitCode = exitCode === 0 ? 1 : exitCode;
    counts = { passed: counts.passed, failed: Math.max(counts.failed, 1) };
  } finally {
    progress.close();
    await children.stopAll('all-at-once');
    run.remove();
    stopListening();
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return exitCode;
}

function baseEnvironment(): NodeJS.ProcessEnv {
  if (process.env.CMDB_TEST_USE_ENV === '1') return process.env;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !STORE_VARIABLES.test(name)),
  );
}

/** Jest is asked to end with us; its own workers end with it. */
async function runJest(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  record: ProcessRecord,
): Promise<number> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(cloneDirectory, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...args,
    ],
    // With --json jest prints the results on standard output too, where nobody wants to read them.
    { cwd: cloneDirectory, env: environment, stdio: ['inherit', 'ignore', 'inherit'] },
  );
  const identity = jest.pid === undefined ? undefined : identify(jest.pid);
  if (identity !== undefined) record.add({ ...identity, name: 'jest', stopSignal: 'SIGTERM' });
  const end = (): void => {
    jest.kill('SIGINT');
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve, reject) => {
    jest.on('error', reject);
    jest.on('exit', (code) => resolve(code ?? 1));
  });
}
