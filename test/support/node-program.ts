import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A Node process that runs a piece of TypeScript. */
export interface NodeProgram extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Settles at the first line it prints, with that line. */
  readonly firstLine: Promise<string>;
  /** Settles when it has ended, with its exit code (null after a signal) and all it printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** The address under which code run by {@link runNode} imports a module of this project. */
export function moduleUrl(path: string): string {
  return pathToFileURL(join(import.meta.dirname, '..', '..', path)).href;
}

/** Runs TypeScript in a process of its own, which is killed at the end of the block that holds it. */
export function runNode(code: string): NodeProgram {
  return startNode(['--input-type=module-typescript', '--eval', code]);
}

/** Runs Node with these arguments; what it prints on either stream is its output. */
export function startNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): NodeProgram {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid === undefined) throw new Error('Node could not be started');
  let output = '';
  const firstLine = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const end = output.indexOf('\n');
      if (end >= 0) firstLine.resolve(output.slice(0, end));
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => {
      firstLine.resolve(output);
      resolve({ code, output });
    });
  });
  return {
    process: child,
    pid: child.pid,
    firstLine: firstLine.promise,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
