import { setTimeout as sleep } from 'node:timers/promises';
import { ApiCalls } from './api-calls.ts';
import type { ChildSpecification, RunningChild } from './child.ts';
import { Children, InterruptedError } from './children.ts';
import type { StartStore } from './components/store.ts';
import { cacheDirectory, cloneDirectory, stateDirectory } from './directories.ts';
import { tryLock } from './exclusive-lock.ts';
import { explain, ReadableError } from './explain.ts';
import { firstDiscovery } from './first-discovery.ts';
import { choosePublicPort } from './ports.ts';
import { ProcessRecord } from './processes.ts';
import { Progress } from './progress.ts';
import { runCommand } from './run-command.ts';
import { forgetRunning, noteRunning } from './running-environment.ts';
import { onRequestToEnd, surviveClosedOutput } from './signals.ts';
import { LocalState } from './state.ts';
import { readyStores } from './stores.ts';
import { type SupervisedChild, supervise } from './supervise.ts';

const API_PORT = { variable: 'CMDB_API_PORT', standard: 8200 };
/** The worker bundles its workflows when it starts, which a busy machine takes its time for. */
const API_READY_WITHIN_MS = 180_000;

/** One run of the launcher: what its parts share. */
interface Launch {
  readonly state: LocalState;
  readonly children: Children;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * `npm start`: brings the whole system up, discovers once, and stays until it is asked to end; then
 * stops everything it has started.
 *
 * @returns 0 after it was asked to end, 1 when something could not be started or a store ended
 */
export async function start(): Promise<number> {
  surviveClosedOutput();
  const state = LocalState.open(stateDirectory(process.env));
  const lock = tryLock(`${state.directory}/launcher.lock`);
  if (!lock.acquired) {
    throw new ReadableError(
      `CMDB Agent is already running here, pid ${lock.holder?.pid ?? 'unknown'}, ` +
        `API at http://127.0.0.1:${state.port('api')}. Stop it first, or set CMDB_STATE_DIR ` +
        'to run a second one beside it.',
    );
  }
  const progress = new Progress(process.stdout, process.env);
  const record = new ProcessRecord(state.directory);
  const children = new Children(record);
  const interruption = new AbortController();
  const stopListening = onRequestToEnd((count) => {
    if (count === 1) {
      interruption.abort();
      return;
    }
    children.killAll();
    lock.release();
    process.exit(130);
  });
  const { signal } = interruption;
  try {
    await endLeftovers(record, progress);
    await run({ state, children, progress, signal });
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    // Ends what is still under way, such as a download for another store.
    interruption.abort();
    progress.close();
    progress.print(`\n${explain(error)}`);
    return 1;
  } finally {
    progress.close();
    forgetRunning(state.directory);
    await children.stopAll('reverse', (name) => progress.print(`Stopping ${name}`));
    progress.print('Everything is stopped; the data is kept.');
    stopListening();
    lock.release();
  }
}

async function endLeftovers(record: ProcessRecord, progress: Progress): Promise<void> {
  const ended = await record.endLeftovers();
  if (ended.length > 0) {
    progress.print(`Ended what an earlier start had left running: ${ended.join(', ')}`);
  }
}

/** Brings everything up and then waits; ends only by throwing. */
async function run(launch: Launch): Promise<never> {
  const { children, progress } = launch;
  const supervised: SupervisedChild[] = [];
  const failed = Promise.withResolvers<never>();
  const start = async (specification: ChildSpecification): Promise<RunningChild> => {
    const child = await supervise(children, specification, (line) => progress.print(line));
    child.over.then(() => failed.reject(new InterruptedError()), failed.reject);
    supervised.push(child);
    return child.first;
  };
  await Promise.race([bringUp(launch, start, supervised), failed.promise]);
  throw new InterruptedError();
}

/** Starts everything in the order of its needs, shows what there is, and waits to be interrupted. */
async function bringUp(
  launch: Launch,
  start: StartStore,
  supervised: readonly SupervisedChild[],
): Promise<void> {
  const { state, progress, signal } = launch;
  progress.heading('CMDB Agent');
  const api = await choosePublicPort(API_PORT, process.env);
  state.rememberPort('api', api.port);
  const stores = await readyStores({
    environment: process.env,
    cacheDirectory: cacheDirectory(process.env),
    state,
    start,
    profile: 'long-lived',
    progress,
    signal,
  });
  const host = process.env.CMDB_API_HOST || '127.0.0.1';
  const environment: NodeJS.ProcessEnv = {
    CMDB_HOST_DISCOVERY: 'on',
    ...process.env,
    ...stores,
    CMDB_API_HOST: host,
    CMDB_API_PORT: String(api.port),
  };
  await migrate(launch, environment);

  // An address that means every interface cannot be connected to everywhere.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const base = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${api.port}`;
  const calls = new ApiCalls(base, signal, process.env.CMDB_API_TOKEN);
  const step = progress.step('Worker, API');
  step.update('starting');
  // A small nursery keeps memory flat; see db/heap.ts. The API makes large answers at once.
  const workerArgs = ['--max-semi-space-size=16'];
  await start(programOf('Worker', 'worker', workerArgs, environment, state));
  await start(programOf('API', 'api', [], environment, state));
  await becomeReady(calls);
  const { CMDB_API_TOKEN } = process.env;
  noteRunning(state.directory, {
    ...stores,
    CMDB_URL: base,
    ...(CMDB_API_TOKEN ? { CMDB_TOKEN: CMDB_API_TOKEN } : {}),
  });
  for (const child of supervised) child.restartFromNowOn();
  const moved = api.insteadOf === undefined ? '' : ` (port ${api.insteadOf} is in use)`;
  step.done(`${base}${moved}`);

  await report(launch, calls, stores);
  await interrupted(signal);
}

async function migrate({ progress, signal }: Launch, environment: NodeJS.ProcessEnv) {
  const step = progress.step('Migrations');
  step.update('running');
  try {
    let last = 'done';
    await runCommand(process.execPath, ['db/migrate.ts'], {
      cwd: cloneDirectory,
      environment,
      signal,
      onLine: (line) => {
        last = line;
        step.update(line);
      },
    });
    step.done(last);
  } catch (error) {
    step.failed();
    throw error;
  }
}

function programOf(
  name: string,
  directory: string,
  nodeArgs: readonly string[],
  environment: NodeJS.ProcessEnv,
  state: LocalState,
): ChildSpecification {
  return {
    name,
    program: process.execPath,
    args: [...nodeArgs, `${directory}/main.ts`],
    environment,
    cwd: cloneDirectory,
    logFile: state.logFile(directory),
  };
}

async function becomeReady(calls: ApiCalls): Promise<void> {
  const deadline = Date.now() + API_READY_WITHIN_MS;
  while (!(await calls.isReady())) {
    if (Date.now() > deadline) {
      throw new ReadableError(
        `The API was not ready after ${API_READY_WITHIN_MS / 1000} s: ${calls.base}/health/ready ` +
          'names the component that is not.',
      );
    }
    await sleep(250);
  }
}

/** Discovers once, then shows what there is and where. */
async function report(
  { progress, signal }: Launch,
  calls: ApiCalls,
  stores: Readonly<Record<string, string>>,
): Promise<void> {
  if (process.env.CMDB_FIRST_DISCOVERY !== 'off') await firstDiscovery(calls, progress, signal);
  const { total_cis, by_type } = await calls.stats();
  progress.print('');
  progress.heading(`${total_cis} configuration items`);
  const types = Object.entries(by_type).sort(([, one], [, other]) => other - one);
  for (const [type, count] of types) progress.print(`${String(count).padStart(8)}  ${type}`);
  const temporalUi = stores.TEMPORAL_UI_URL ?? process.env.TEMPORAL_UI_URL;
  progress.print('');
  progress.print(`  API          ${calls.base}/api/v3/cmdb`);
  progress.print(`  Docs         ${calls.base}/docs`);
  if (temporalUi) progress.print(`  Temporal UI  ${temporalUi}`);
  progress.print('\nCtrl-C stops everything; the data is kept.');
}

async function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
