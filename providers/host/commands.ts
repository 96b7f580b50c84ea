import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errnoOf, HostError } from './errors.ts';

const run = promisify(execFile);

const TIMEOUT_MS = 60_000;
/** A full desktop has some thousand packages at 50 bytes each. */
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

/**
 * Runs a program with fixed arguments, never through a shell.
 *
 * @returns its output; null where it is not installed
 * @throws {HostError} `command_failed` when it is there and fails
 */
export async function outputOf(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    const { stdout } = await run(program, args, {
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      ...(signal && { signal }),
    });
    return stdout;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    if (signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError(
      { kind: 'transient', code: 'command_failed', message: `${program}: ${reason.trim()}` },
      { cause: error },
    );
  }
}
