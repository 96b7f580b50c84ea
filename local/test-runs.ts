import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './exclusive-lock.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';
import { ProcessRecord } from './processes.ts';

/** A test run's own place on disk. */
export interface TestRun {
  /** Holds everything the run makes. */
  readonly directory: string;
  /** Also delete these, which lie elsewhere, when the run is over. */
  alsoDelete(path: string): void;
  /** Deletes all of it. */
  remove(): void;
}

interface RunEntry {
  readonly owner: ProcessIdentity;
  readonly directory: string;
  readonly alsoDelete: readonly string[];
}

/**
 * Begins a test run in a temporary directory. It is entered in the user's cache, where the next run
 * finds it should this one be killed.
 */
export function beginTestRun(cacheDirectory: string): TestRun {
  const runs = join(cacheDirectory, 'test-runs');
  mkdirSync(runs, { recursive: true });
  const directory = mkdtempSync(join(tmpdir(), 'cmdb-agent-test-'));
  // PostgreSQL's own user must be able to pass through when root runs the tests.
  chmodSync(directory, 0o711);
  const owner = identify(process.pid);
  if (owner === undefined) throw new Error('the start time of this process cannot be read');
  const entry = join(runs, `${process.pid}-${randomBytes(4).toString('hex')}.json`);
  let alsoDelete: readonly string[] = [];
  const write = (): void => {
    // Written again whole: a reader must never see half of it.
    writeFileSync(
      `${entry}.draft`,
      JSON.stringify({ owner, directory, alsoDelete } satisfies RunEntry),
    );
    renameSync(`${entry}.draft`, entry);
  };
  write();
  return {
    directory,
    alsoDelete: (path) => {
      alsoDelete = [...alsoDelete, path];
      write();
    },
    remove: () => {
      for (const path of [directory, ...alsoDelete]) rmSync(path, { recursive: true, force: true });
      rmSync(entry, { force: true });
    },
  };
}

/**
 * Ends what killed test runs left running, and deletes what they left on disk.
 *
 * @returns the names of the processes that were ended
 */
export async function clearDeadTestRuns(cacheDirectory: string): Promise<readonly string[]> {
  const runs = join(cacheDirectory, 'test-runs');
  mkdirSync(runs, { recursive: true });
  const ended: string[] = [];
  // Two runs that begin together must not clear the same dead one.
  await withLock(join(cacheDirectory, 'test-runs.lock'), async () => {
    for (const file of readdirSync(runs).filter((name) => name.endsWith('.json'))) {
      const path = join(runs, file);
      const entry = readEntry(path);
      if (entry === undefined || isRunning(entry.owner)) continue;
      ended.push(...(await new ProcessRecord(entry.directory).endLeftovers()));
      for (const left of [entry.directory, ...entry.alsoDelete]) {
        rmSync(left, { recursive: true, force: true });
      }
      rmSync(path, { force: true });
    }
  });
  return ended;
}

/** Undefined for a run that has just ended. */
function readEntry(path: string): RunEntry | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as RunEntry;
}
