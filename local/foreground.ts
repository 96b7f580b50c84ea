import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneDirectory } from './directories.ts';
import { ReadableError } from './explain.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a program on this terminal until it ends, handing signals on; returns its exit code. */
export async function runInForeground(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/**
 * The arguments with which Node runs a tool of `node_modules`: its script, resolved by itself rather
 * than through the link in `.bin`, whose first line might pick another Node.
 *
 * @throws {ReadableError} when no installed package has a tool of this name
 */
export async function toolCommand(tool: string): Promise<readonly string[]> {
  const lock: unknown = JSON.parse(
    await readFile(join(cloneDirectory, 'node_modules', '.package-lock.json'), 'utf8'),
  );
  const packages = (lock as { packages?: Record<string, { bin?: Record<string, string> }> })
    .packages;
  for (const [directory, { bin }] of Object.entries(packages ?? {})) {
    const script = bin?.[tool];
    if (script !== undefined && directory.lastIndexOf('node_modules/') === 0) {
      return [join(cloneDirectory, directory, script)];
    }
  }
  throw new ReadableError(`No installed package has a tool named ${tool}.`);
}
