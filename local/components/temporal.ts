import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { acceptsConnections, awaitReady, checkGivenAddress } from '../await-ready.ts';
import { choosePrivatePort, choosePublicPort } from '../ports.ts';
import type { ReadyStore, StoreContext } from './store.ts';
import { obtainTemporal } from './temporal-program.ts';

const NAMESPACE = 'default';
const DEFAULT_PORT = 7233;
const READY_WITHIN_MS = 60_000;
const UI_PORT = { variable: 'TEMPORAL_UI_PORT', standard: 8233 };

/**
 * A write-ahead log makes SQLite's writes wait less; it loses nothing on a kill, at most the last
 * moments when the power fails. The server's own default would process 20 tasks a second.
 */
const SPEED_OPTIONS = [
  '--sqlite-pragma=journal_mode=wal',
  '--sqlite-pragma=synchronous=normal',
  '--dynamic-config-value=history.transferProcessorMaxPollRPS=2000',
];

/** The server at `TEMPORAL_ADDRESS`, or one found or downloaded and started here. */
export async function readyTemporal(context: StoreContext): Promise<ReadyStore> {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE } = context.environment;
  if (!address) return startTemporal(context, await obtainTemporal(context));
  const url = URL.parse(`tcp://${address}`);
  const host = url?.hostname ?? address;
  await checkGivenAddress('TEMPORAL_ADDRESS', host, Number(url?.port || DEFAULT_PORT));
  // The API key, the TLS settings and the profile are inherited as they are.
  return {
    environment: {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: TEMPORAL_NAMESPACE || NAMESPACE,
    },
    shown: `${address} (given)`,
  };
}

/** Starts a server: `long-lived` with its data in `temporal.db` and its UI, `test` in memory without. */
export async function startTemporal(context: StoreContext, program: string): Promise<ReadyStore> {
  const { state, step, start, environment, profile } = context;
  const port = await choosePrivatePort(state.port('temporal'));
  state.rememberPort('temporal', port);
  const ui = profile === 'test' ? undefined : await choosePublicPort(UI_PORT, environment);
  step.update('starting');
  const child = await start({
    name: 'Temporal',
    program,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--namespace=${NAMESPACE}`,
      '--log-level=warn',
      ...SPEED_OPTIONS,
      ...(ui === undefined
        ? ['--headless']
        : [`--ui-port=${ui.port}`, `--db-filename=${join(state.directory, 'temporal.db')}`]),
    ],
    environment: serverEnvironment(environment),
    cwd: state.directory,
    logFile: state.logFile('temporal'),
  });
  const address = `127.0.0.1:${port}`;
  await awaitReady(child, () => answers(address, port), { withinMs: READY_WITHIN_MS });
  const moved = ui?.insteadOf === undefined ? '' : `; port ${ui.insteadOf} is in use`;
  return {
    environment: {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: NAMESPACE,
      ...(ui === undefined ? {} : { TEMPORAL_UI_URL: `http://127.0.0.1:${ui.port}` }),
    },
    shown: ui === undefined ? address : `${address}, UI on port ${ui.port}${moved}`,
  };
}

/** Client settings for another server, such as a profile's, must not steer our own. */
function serverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_')),
  );
}

/** Makes a namespace on a server that was started here; it is there within moments. */
export async function addNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
  } finally {
    await connection.close();
  }
}

/** The namespace is made a moment after the port opens. */
async function answers(address: string, port: number): Promise<boolean> {
  if (!(await acceptsConnections('127.0.0.1', port))) return false;
  const connection = Connection.lazy({ address });
  try {
    await connection.withDeadline(Date.now() + 3_000, () =>
      connection.workflowService.describeNamespace({ namespace: NAMESPACE }),
    );
    return true;
  } catch (error) {
    // gRPC: 4 deadline exceeded, 5 not found, 14 unavailable.
    if ([4, 5, 14].includes((error as { code?: number }).code ?? -1)) return false;
    throw error;
  } finally {
    await connection.close();
  }
}
