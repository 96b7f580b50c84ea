import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** A program of ours under measurement. */
export interface MeasuredProcess extends AsyncDisposable {
  /** What it printed on standard output until its end. */
  readonly output: Promise<string>;
  /** @returns the first line with this text, when it has been printed */
  printed(text: string): Promise<string>;
  /** The most memory that it ever held, as Linux counts it (VmHWM). */
  peakMemoryMib(): Promise<number>;
  readonly process: ChildProcess;
}

const KIB_PER_MIB = 1024;

/** As `npm start` runs the worker; see db/heap.ts. */
const WORKER_ARGS = ['--max-semi-space-size=16'];

/** Runs a file of this project in a Node of its own. */
export function startProgram(
  file: string,
  environment: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = WORKER_ARGS,
): MeasuredProcess {
  const path = new URL(`../${file}`, import.meta.url).pathname;
  const child = spawn(process.execPath, [...nodeArgs, path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const closed = once(child, 'close');
  let isStopping = false;
  return {
    process: child,
    output: closed.then(([code]) => {
      if (code !== 0 && !isStopping) throw new Error(`${file} ended with ${code}: ${printed}`);
      return printed;
    }),
    async printed(text) {
      for (;;) {
        const lines = printed.split('\n').slice(0, -1);
        const line = lines.find((line) => line.includes(text));
        if (line !== undefined) return line;
        if (child.exitCode !== null) throw new Error(`${file} ended: ${printed}`);
        await Promise.race([once(child.stdout, 'data'), closed]);
      }
    },
    async peakMemoryMib() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      if (kib === undefined) throw new Error('The peak memory can be read on Linux only.');
      return Number(kib) / KIB_PER_MIB;
    },
    [Symbol.asyncDispose]: async () => {
      isStopping = true;
      child.kill('SIGTERM');
      await closed;
    },
  };
}
