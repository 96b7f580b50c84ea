import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { Children, InterruptedError } from './children.ts';
import { readyNeo4j } from './components/neo4j.ts';
import { postgresDataDirectory } from './components/postgres.ts';
import type { StoreProfile } from './components/store.ts';
import { addNamespace } from './components/temporal.ts';
import { cacheDirectory, cloneDirectory } from './directories.ts';
import { identify } from './process-identity.ts';
import { ProcessRecord } from './processes.ts';
import type { Progress } from './progress.ts';
import { onRequestToEnd } from './signals.ts';
import { LocalState } from './state.ts';
import { readyStores, type StoresRequest } from './stores.ts';
import { beginTestRun, clearDeadTestRuns } from './test-runs.ts';

/** The variables that name stores, or steer what connects to them. */
const STORE_VARIABLES =
  /^(DATABASE_URL|REDIS_URL|PG[A-Z]+|NEO4J_(URI|USERNAME|PASSWORD)|TEMPORAL_.*)$/;

/** Stores that last as long as one piece of work. */
export interface TemporaryStores {
  /** A directory that is deleted with them. */
  readonly directory: string;
  /**
   * For each lane the variables that name its graph and its namespace of Temporal; first those that
   * all programs are told of.
   */
  readonly lanes: readonly Readonly<Record<string, string>>[];
  /** Runs this Node on them, with its output on standard error; ends with its exit code. */
  runNode(
    args: readonly string[],
    options: { name: string; keepsOutput: boolean; environment?: NodeJS.ProcessEnv },
  ): Promise<number>;
}

/** What is to be started. */
export interface TemporaryStoresRequest {
  readonly profile: StoreProfile;
  readonly progress: Progress;
  /**
   * How many work at a time that must not meet: a server of Neo4j's Community edition has one graph, and
   * two discoveries of one account join each other within a namespace. Stores that are given are one lane.
   */
  readonly lanes: number;
}

/**
 * Starts stores of its own, lets something work with them, then stops and deletes them whatever
 * happened – also what a killed run before this one had left.
 *
 * Stores named by the environment are not touched unless `CMDB_TEST_USE_ENV=1` says so: those who
 * ask for temporary ones make and drop databases and wipe the graph.
 *
 * @throws {InterruptedError} when it is told to end meanwhile
 */
export async function withTemporaryStores<T>(
  { profile, progress, lanes: laneCount }: TemporaryStoresRequest,
  act: (stores: TemporaryStores) => Promise<T>,
): Promise<T> {
  const cache = cacheDirectory(process.env);
  const leftovers = await clearDeadTestRuns(cache);
  if (leftovers.length > 0) {
    progress.print(`Ended what a killed run had left: ${leftovers.join(', ')}`);
  }
  const run = beginTestRun(cache);
  const record = new ProcessRecord(run.directory);
  const children = new Children(record);
  const interruption = new AbortController();
  const { signal } = interruption;
  const stopListening = onRequestToEnd(() => interruption.abort());
  try {
    const state = LocalState.open(run.directory);
    run.alsoDelete(dirname(await postgresDataDirectory({ state, cacheDirectory: cache })));
    const environment = baseEnvironment();
    const request: StoresRequest = {
      environment,
      cacheDirectory: cache,
      state,
      start: (specification) => children.start(specification),
      profile,
      progress,
      signal,
    };
    const stores = await readyStores(request);
    const lanes = [
      pickVariables(stores, /^(NEO4J_.*|TEMPORAL_NAMESPACE)$/),
      ...(await furtherLanes(request, stores, laneCount)),
    ];
    progress.close();
    const env = { ...environment, ...stores, CMDB_CACHE_DIR: cache };
    const result = await act({
      directory: run.directory,
      lanes,
      runNode: (args, { environment: more, ...options }) =>
        runNode(args, { ...options, env: { ...env, ...more }, signal, record }),
    });
    if (signal.aborted) throw new InterruptedError();
    return result;
  } catch (error) {
    throw signal.aborted ? new InterruptedError() : error;
  } finally {
    progress.close();
    await children.stopAll('all-at-once');
    run.remove();
    stopListening();
  }
}

/** Lanes beside the first, each with a graph and a namespace of its own; none on stores that are given. */
async function furtherLanes(
  request: StoresRequest,
  { TEMPORAL_ADDRESS = '' }: Readonly<Record<string, string>>,
  laneCount: number,
): Promise<Readonly<Record<string, string>>[]> {
  const { environment, state: allState, progress } = request;
  if (environment.NEO4J_URI || environment.TEMPORAL_ADDRESS) return [];
  const numbers = Array.from({ length: laneCount - 1 }, (_, index) => index + 2);
  return Promise.all(
    numbers.map(async (number) => {
      const state = LocalState.open(join(allState.directory, `graph-${number}`));
      const step = progress.step(`Neo4j ${number}`);
      const graph = await readyNeo4j({ ...request, state, step });
      const TEMPORAL_NAMESPACE = `lane-${number}`;
      await addNamespace(TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE);
      step.done(graph.shown);
      return { ...graph.environment, TEMPORAL_NAMESPACE };
    }),
  );
}

function pickVariables(
  variables: Readonly<Record<string, string>>,
  wanted: RegExp,
): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => wanted.test(name)));
}

function baseEnvironment(): NodeJS.ProcessEnv {
  if (process.env.CMDB_TEST_USE_ENV === '1') return process.env;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !STORE_VARIABLES.test(name)),
  );
}

interface NodeRun {
  readonly name: string;
  readonly keepsOutput: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly record: ProcessRecord;
}

/** It is asked to end with us; what it starts ends with it. */
async function runNode(
  args: readonly string[],
  { name, keepsOutput, env, signal, record }: NodeRun,
): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: cloneDirectory,
    env,
    stdio: ['inherit', keepsOutput ? 'inherit' : 'ignore', 'inherit'],
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) record.add({ ...identity, name, stopSignal: 'SIGTERM' });
  const end = (): void => {
    child.kill('SIGINT');
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
