import { type ChildProcess, spawn } from 'node:child_process';
import { ReadableError } from './explain.ts';

/** How a command is run; what is left out is inherited. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Ends the command when aborted. */
  readonly signal?: AbortSignal;
  /** Called with each line it prints, on either stream: for showing progress. */
  readonly onLine?: (line: string) => void;
}

/** A command that could not be run, ended with a code other than 0, or took too long. */
export class CommandFailedError extends ReadableError {
  override readonly name = 'CommandFailedError';
}

const KEPT_CHARACTERS = 64 * 1024;
/** What went wrong is told first by some programs and last by others. */
const SHOWN_FIRST_LINES = 8;
const SHOWN_LAST_LINES = 12;

/**
 * Runs a program to its end.
 *
 * @returns what it printed on standard output
 * @throws {CommandFailedError} with the first and the last lines it printed
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.environment ?? process.env,
    uid: options.uid,
    gid: options.gid,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what the program starts itself ends with it.
    detached: true,
  });
  let output = '';
  let everything = '';
  const collect = (text: string): void => {
    everything = (everything + text).slice(-KEPT_CHARACTERS);
    for (const line of text.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim());
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-KEPT_CHARACTERS);
    collect(text);
  });
  child.stderr.setEncoding('utf8').on('data', collect);

  let stoppedFor: string | undefined;
  const stop = (reason: string): void => {
    stoppedFor ??= reason;
    killGroup(child);
  };
  const onAbort = (): void => stop('it was interrupted');
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(stop, options.timeoutMs, `it took more than ${options.timeoutMs / 1000} s`);
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const outcome = await new Promise<string | undefined>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) => {
        resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`);
      });
    });
    const failure = stoppedFor ?? outcome;
    if (failure !== undefined) {
      throw new CommandFailedError(
        [`${[program, ...args].join(' ')}: ${failure}`, ...excerpt(everything)].join('\n'),
      );
    }
    return output;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function excerpt(output: string): readonly string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (lines.length <= SHOWN_FIRST_LINES + SHOWN_LAST_LINES) return lines;
  return [...lines.slice(0, SHOWN_FIRST_LINES), '...', ...lines.slice(-SHOWN_LAST_LINES)];
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
