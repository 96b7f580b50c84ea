import { join } from 'node:path';
import { findProgram } from '../find-program.ts';
import { CommandFailedError, runCommand } from '../run-command.ts';

/** A Java that runs on this machine. */
export interface Java {
  readonly program: string;
  readonly major: number;
}

/**
 * The Java of `JAVA_HOME`, or else the one on the PATH; undefined when there is none, or only the
 * stand-in that macOS ships, which fails when run.
 */
export async function findJava(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Java | undefined> {
  const home = environment.JAVA_HOME;
  const path = home ? { PATH: join(home, 'bin') } : environment;
  const program = findProgram(['java'], path) ?? findProgram(['java'], environment);
  if (program === undefined) return undefined;
  const lines: string[] = [];
  try {
    // It tells its version on standard error.
    await runCommand(program, ['-version'], { signal, onLine: (line) => lines.push(line) });
  } catch (error) {
    if (error instanceof CommandFailedError && !signal.aborted) return undefined;
    throw error;
  }
  const major = /version "(\d+)/.exec(lines.join('\n'))?.[1];
  return major === undefined ? undefined : { program, major: Number(major) };
}
