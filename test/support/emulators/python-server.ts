import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installOnce } from '../../../local/cache-install.ts';
import { cacheDirectory } from '../../../local/directories.ts';
import { findProgram } from '../../../local/find-program.ts';
import { choosePrivatePort } from '../../../local/ports.ts';
import { runCommand } from '../../../local/run-command.ts';

const READY_WITHIN_MS = 60_000;
const MAX_OUTPUT_BYTES = 2 ** 26;

/** An emulator from PyPI. */
export interface PythonServer {
  /** Names package and version in the cache, e.g. `moto-5.2.5`. */
  readonly name: string;
  /** What pip installs, e.g. `moto[server]==5.2.5`. */
  readonly requirement: string;
  /** The module that must be importable after that. */
  readonly module: string;
  /** Runs the server; it finds its port in `sys.argv[1]`. */
  readonly program: string;
  readonly environment: (port: number) => Readonly<Record<string, string>>;
  /** A path that answers when the server is ready. */
  readonly readyPath: string;
}

export interface RunningServer extends AsyncDisposable {
  /** For the SDK's endpoint setting. */
  readonly url: string;
  close(): Promise<void>;
  /** Runs a Python file with the server's packages, and the variables of this process. */
  runPython(args: readonly string[]): Promise<string>;
}

/** Ends with the process that holds its standard input: a test run that is killed leaves nothing. */
const END_WITH_PARENT = `
import os, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
`;

/** Starts an emulator on a free port of this machine; downloads it once a user, into the cache. */
export async function startPythonServer(server: PythonServer): Promise<RunningServer> {
  const python = findProgram(['python3', 'python'], process.env);
  if (python === undefined) throw new Error(`There is no Python to run ${server.name} with.`);
  const packages = await installOnce({
    cacheDirectory: cacheDirectory(process.env),
    name: server.name,
    install: (directory) => install(python, server, directory),
  });
  const port = await choosePrivatePort(undefined);
  const url = `http://127.0.0.1:${port}`;
  const program = END_WITH_PARENT + server.program;
  const child = spawn(python, ['-c', program, String(port)], {
    env: { ...process.env, PYTHONPATH: packages, ...server.environment(port) },
    // Its log of requests is not kept: a pipe that nobody reads would stop it.
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(`${url}${server.readyPath}`))) {
    if (child.exitCode !== null) throw new Error(`${server.name} ended with ${child.exitCode}.`);
    if (Date.now() > deadline) {
      await close();
      throw new Error(`${server.name} was not ready after ${READY_WITHIN_MS / 1000} s.`);
    }
    await sleep(100);
  }
  return {
    url,
    close,
    runPython: async (args) => {
      const env = { ...process.env, PYTHONPATH: packages };
      const options = { env, maxBuffer: MAX_OUTPUT_BYTES };
      return (await promisify(execFile)(python, args, options)).stdout;
    },
    [Symbol.asyncDispose]: close,
  };
}

async function install(python: string, server: PythonServer, directory: string): Promise<void> {
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location'];
  const target = ['--target', directory, server.requirement];
  await runCommand(python, ['-m', 'pip', 'install', ...quiet, ...target]);
  await runCommand(python, ['-c', `import ${server.module}`], {
    environment: { ...process.env, PYTHONPATH: directory },
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nothing listens yet.
    return false;
  }
}
