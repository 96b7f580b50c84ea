import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import neo4j from 'neo4j-driver';
import { acceptsConnections, awaitReady, checkGivenAddress } from '../await-ready.ts';
import { ReadableError } from '../explain.ts';
import { choosePrivatePort } from '../ports.ts';
import { runCommand } from '../run-command.ts';
import { type Neo4jPrograms, obtainNeo4j } from './neo4j-programs.ts';
import type { ReadyStore, StoreContext, StoreProfile } from './store.ts';

const USERNAME = 'neo4j';
const DEFAULT_PORT = 7687;
/** It boots in 5 to 13 s, and was seen to take 30 s on a busy machine with two cores. */
const READY_WITHIN_MS = 120_000;

/**
 * C1 and the serial collector boot in half the time and 345 MB; over a long life C2 is 1.7 to 2
 * times as fast.
 */
const JVM_OPTIONS: Record<StoreProfile, readonly string[]> = {
  test: ['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  'long-lived': ['-Xms512m', '-Xmx1g', '-XX:+UseG1GC'],
};

/** The parts of Java that Neo4j reaches into, which Java otherwise refuses. */
const JVM_PERMISSIONS = [
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/java.io=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--enable-native-access=ALL-UNNAMED',
];

/** The server at `NEO4J_URI`, or one found or downloaded and started here. */
export async function readyNeo4j(context: StoreContext): Promise<ReadyStore> {
  const { NEO4J_URI: uri, NEO4J_USERNAME, NEO4J_PASSWORD } = context.environment;
  if (!uri) return startNeo4j(context, await obtainNeo4j(context));
  const url = URL.parse(uri);
  if (url === null || !/^(bolt|neo4j)(\+s|\+ssc)?:$/.test(url.protocol)) {
    throw new ReadableError('NEO4J_URI is not of the form bolt://host:7687.');
  }
  await checkGivenAddress('NEO4J_URI', url.hostname, Number(url.port || DEFAULT_PORT));
  return {
    environment: {
      NEO4J_URI: uri,
      ...(NEO4J_USERNAME ? { NEO4J_USERNAME } : {}),
      ...(NEO4J_PASSWORD ? { NEO4J_PASSWORD } : {}),
    },
    shown: `${url.host} (given)`,
  };
}

/** Starts a server whose data is kept in `<state directory>/neo4j`. */
export async function startNeo4j(
  context: StoreContext,
  { java, libraries, version }: Neo4jPrograms,
): Promise<ReadyStore> {
  const { state, step, start, environment, profile } = context;
  const home = join(state.directory, 'neo4j');
  const port = await choosePrivatePort(state.port('neo4j'));
  state.rememberPort('neo4j', port);
  await mkdir(join(home, 'conf'), { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'conf', 'neo4j.conf'), configuration(port, profile));
  const password = await setPassword(context, { java, libraries, version }, home);

  step.update('starting');
  const child = await start({
    name: 'Neo4j',
    program: java,
    args: [
      '-cp',
      join(libraries, '*'),
      ...JVM_OPTIONS[profile],
      '-XX:+ExitOnOutOfMemoryError',
      ...JVM_PERMISSIONS,
      'org.neo4j.server.CommunityEntryPoint',
      `--home-dir=${home}`,
      `--config-dir=${join(home, 'conf')}`,
    ],
    environment: serverEnvironment(environment, home),
    cwd: home,
    logFile: state.logFile('neo4j'),
    ownLogFile: join(home, 'logs', 'neo4j.log'),
  });
  const uri = `bolt://127.0.0.1:${port}`;
  await awaitReady(child, () => answers(uri, port, password), { withinMs: READY_WITHIN_MS });
  return {
    environment: { NEO4J_URI: uri, NEO4J_USERNAME: USERNAME, NEO4J_PASSWORD: password },
    shown: `version ${version}, 127.0.0.1:${port}`,
  };
}

function configuration(port: number, profile: StoreProfile): string {
  const settings: Record<string, string> = {
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': `127.0.0.1:${port}`,
    'server.http.enabled': 'false',
    'server.https.enabled': 'false',
    'server.memory.pagecache.size': profile === 'test' ? '128m' : '256m',
    'db.tx_log.preallocate': 'false',
    'db.tx_log.rotation.retention_policy': '1 files',
    'dbms.usage_report.enabled': 'false',
    'client.allow_telemetry': 'false',
    // Without this it takes 12 s to end instead of 2 s.
    'internal.server.bolt.thread_pool_shutdown_wait_time': '0s',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/**
 * Gives a new data directory its password, before its first start, which is the only time it can be
 * done without knowing the old one.
 */
async function setPassword(
  { state, step, signal, environment }: StoreContext,
  { java, libraries }: Neo4jPrograms,
  home: string,
): Promise<string> {
  const known = state.password('neo4j');
  if (existsSync(join(home, 'data', 'dbms', 'auth.ini'))) {
    if (known !== undefined) return known;
    throw new ReadableError(
      `The password of the graph in ${home} is lost: it was in ${state.directory}/state.json. ` +
        `Restore that file, or delete ${home}: the graph is built again from the database.`,
    );
  }
  step.update('setting its password');
  const password = known ?? state.makePassword('neo4j');
  const argumentFile = join(home, 'conf', 'initial-password');
  // In a file, because every user of the machine can read another one's command lines.
  await writeFile(argumentFile, `${password}\n`, { mode: 0o600 });
  try {
    await runCommand(
      java,
      [
        '-cp',
        join(libraries, '*'),
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        'org.neo4j.cli.AdminTool',
        'dbms',
        'set-initial-password',
        `@${argumentFile}`,
      ],
      { cwd: home, signal, environment: serverEnvironment(environment, home) },
    );
  } finally {
    await rm(argumentFile, { force: true });
  }
  return password;
}

function serverEnvironment(environment: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  return { ...environment, NEO4J_HOME: home, NEO4J_CONF: join(home, 'conf') };
}

async function answers(uri: string, port: number, password: string): Promise<boolean> {
  if (!(await acceptsConnections('127.0.0.1', port))) return false;
  const driver = neo4j.driver(uri, neo4j.auth.basic(USERNAME, password), {
    connectionAcquisitionTimeout: 5_000,
    maxTransactionRetryTime: 0,
  });
  try {
    // The port opens before the database does.
    await driver.executeQuery('RETURN 1', {}, { database: 'neo4j' });
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (
      /ServiceUnavailable|SessionExpired|TransientError|DatabaseUnavailable|DatabaseNotFound/.test(
        code,
      )
    )
      return false;
    throw error;
  } finally {
    await driver.close();
  }
}
