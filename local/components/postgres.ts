import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { awaitReady, checkGivenAddress } from '../await-ready.ts';
import { ReadableError } from '../explain.ts';
import { choosePrivatePort } from '../ports.ts';
import { runCommand } from '../run-command.ts';
import { type PostgresAccount, postgresAccount, postgresDirectories } from './postgres-account.ts';
import { obtainPostgres, type PostgresPrograms } from './postgres-programs.ts';
import type { ReadyStore, StoreContext } from './store.ts';

const USER = 'cmdb';
const DATABASE = 'cmdb';
const DEFAULT_PORT = 5432;
const READY_WITHIN_MS = 60_000;

/** The server at `DATABASE_URL`, or one found or downloaded and started here. */
export async function readyPostgres(context: StoreContext): Promise<ReadyStore> {
  const given = context.environment.DATABASE_URL;
  if (!given) return startPostgres(context);
  const url = parseUrl(given);
  await checkGivenAddress('DATABASE_URL', url.hostname, Number(url.port || DEFAULT_PORT));
  return { environment: { DATABASE_URL: given }, shown: `${url.host}${url.pathname} (given)` };
}

/** Where PostgreSQL's data of this state directory lies, which may be outside of it. */
export async function postgresDataDirectory(context: {
  readonly state: { readonly directory: string };
  readonly cacheDirectory: string;
}): Promise<string> {
  const account = await postgresAccount();
  return postgresDirectories(context.state.directory, context.cacheDirectory, account).data;
}

async function startPostgres(context: StoreContext): Promise<ReadyStore> {
  const { step, state, start } = context;
  const account = await postgresAccount();
  const { data, programs: programsDirectory } = postgresDirectories(
    state.directory,
    context.cacheDirectory,
    account,
  );
  const programs = await obtainPostgres(context, programsDirectory, await dataMajor(data));
  const password = await makeCluster(context, programs, data, account);

  const port = await choosePrivatePort(state.port('postgres'));
  state.rememberPort('postgres', port);
  step.update('starting');
  const child = await start({
    name: 'PostgreSQL',
    program: join(programs.directory, 'postgres'),
    args: ['-D', data, ...settings(context, port)],
    environment: serverEnvironment(context.environment),
    cwd: data,
    logFile: state.logFile('postgres'),
    stopSignal: 'SIGINT',
    ...account,
  });
  const base = `postgres://${USER}:${password}@127.0.0.1:${port}`;
  await awaitReady(child, () => answers(`${base}/postgres`), { withinMs: READY_WITHIN_MS });
  await makeDatabase(`${base}/postgres`);
  return {
    environment: { DATABASE_URL: `${base}/${DATABASE}` },
    shown: `version ${programs.major}, 127.0.0.1:${port}`,
  };
}

/** Settings go on the command line, so that the data directory never has to be edited. */
function settings({ profile }: StoreContext, port: number): readonly string[] {
  const chosen: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(profile === 'test'
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
  };
  return Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Makes the database cluster unless there is one, and returns its password.
 *
 * It is made beside its place and then renamed, so an interruption leaves none that is half made.
 */
async function makeCluster(
  { step, state, signal, environment }: StoreContext,
  { directory, major }: PostgresPrograms,
  data: string,
  account: PostgresAccount | undefined,
): Promise<string> {
  if (existsSync(data)) {
    const password = state.password('postgres');
    if (password === undefined) {
      throw new ReadableError(
        `The password of the database in ${data} is lost: it was in ${state.directory}/state.json. ` +
          'Restore that file, or delete both directories to begin anew.',
      );
    }
    return password;
  }
  step.update('making the database cluster');
  const password = state.makePassword('postgres');
  const draft = `${data}.draft`;
  const passwordFile = `${data}.password`;
  await mkdir(dirname(data), { recursive: true, mode: 0o711 });
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) {
    await chown(draft, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  try {
    await runCommand(
      join(directory, 'initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${USER}`,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        ...localeOptions(major),
        '--no-sync',
        '--no-instructions',
      ],
      { cwd: draft, signal, environment: serverEnvironment(environment), ...account },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, data);
  return password;
}

/** Code-point order everywhere; from version 17 on without relying on the system's locales. */
function localeOptions(major: number): readonly string[] {
  if (major >= 17) return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  return process.platform === 'linux' ? ['--locale=C.UTF-8'] : ['--locale=C'];
}

/** What libpq would read from the environment must not steer our own server. */
function serverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)),
  );
}

async function dataMajor(data: string): Promise<number | undefined> {
  if (!existsSync(data)) return undefined;
  return Number((await readFile(join(data, 'PG_VERSION'), 'utf8')).trim());
}

/** Server states in which a connection is refused only for now: starting, shutting down, recovering. */
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03', '57P01']);

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (NOT_YET.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

async function makeDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    // The text itself may hold a password.
    throw new ReadableError(
      'DATABASE_URL is not of the form postgres://user:password@host:5432/database.',
    );
  }
  return url;
}
