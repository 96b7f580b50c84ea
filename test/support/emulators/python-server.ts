import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { choosePrivatePort } from '../../../local/ports.ts';
import { type PythonProgram, pythonPackages } from './python-packages.ts';

const READY_WITHIN_MS = 60_000;

/** An emulator from PyPI. */
export interface PythonServer extends PythonProgram {
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
  const { python, packages, run } = await pythonPackages(server);
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
    runPython: (args) => run(args),
    [Symbol.asyncDispose]: close,
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nothing listens yet.
    return false;
  }
}
