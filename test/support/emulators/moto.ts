import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installOnce } from '../../../local/cache-install.ts';
import { cacheDirectory } from '../../../local/directories.ts';
import { findProgram } from '../../../local/find-program.ts';
import { choosePrivatePort } from '../../../local/ports.ts';
import { runCommand } from '../../../local/run-command.ts';

/** The AWS emulator from PyPI that tests discover: written by others, over its own wire. */
const VERSION = '5.2.5';
const READY_WITHIN_MS = 60_000;
const MAX_OUTPUT = 2 ** 26;

/**
 * Runs the server, and ends with the process that holds its standard input: a test run that is
 * killed leaves nothing behind.
 */
const PROGRAM = `
import os, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
from moto.server import main
main(sys.argv[1:])
`;

export interface Moto extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** Forgets everything that was made. */
  reset(): Promise<void>;
  /** Runs a Python file, which may import boto3, with the variables of this process. */
  runPython(args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Starts moto on a free port of this machine; downloads it once a user, into the cache. */
export async function startMoto(): Promise<Moto> {
  const python = findProgram(['python3', 'python'], process.env);
  if (python === undefined) throw new Error('There is no Python to run moto with.');
  const packages = await installOnce({
    cacheDirectory: cacheDirectory(process.env),
    name: `moto-${VERSION}`,
    install: (directory) => install(python, directory),
  });
  const port = await choosePrivatePort(undefined);
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(python, ['-c', PROGRAM, '-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, PYTHONPATH: packages, MOTO_EC2_LOAD_DEFAULT_AMIS: 'true' },
    // Its log of requests is not kept: a pipe that nobody reads would stop it.
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode}.`);
    if (Date.now() > deadline) {
      await close();
      throw new Error(`moto was not ready after ${READY_WITHIN_MS / 1000} s.`);
    }
    await sleep(100);
  }
  return {
    url,
    close,
    runPython: async (args) => {
      const env = { ...process.env, PYTHONPATH: packages };
      const { stdout } = await promisify(execFile)(python, args, { env, maxBuffer: MAX_OUTPUT });
      return stdout;
    },
    reset: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    [Symbol.asyncDispose]: close,
  };
}

async function install(python: string, directory: string): Promise<void> {
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location'];
  const target = ['--target', directory, `moto[server]==${VERSION}`];
  await runCommand(python, ['-m', 'pip', 'install', ...quiet, ...target]);
  await runCommand(python, ['-c', 'import moto.server'], {
    environment: { ...process.env, PYTHONPATH: directory },
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/`)).ok;
  } catch {
    // Nothing listens yet.
    return false;
  }
}
