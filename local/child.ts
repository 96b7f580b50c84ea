import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { ReadableError } from './explain.ts';
import { identify } from './process-identity.ts';
import { endProcess, type ProcessRecord, type RecordedProcess } from './processes.ts';

/** How to start one long-running child. */
export interface ChildSpecification {
  /** Names it to people and in the record, e.g. `PostgreSQL`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
  /** Where the program itself writes what goes wrong, when that is not on its output. */
  readonly ownLogFile?: string;
  /** How it is asked to end: PostgreSQL shuts down at once on SIGINT, on SIGTERM only when idle. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  readonly uid?: number;
  readonly gid?: number;
}

/** A child that was started, until it ends. */
export interface RunningChild {
  readonly name: string;
  readonly pid: number;
  /** The last lines it wrote and where all of them are, for telling why it ended. */
  lastWords(): string;
  /** Settles when it has ended, with how: `code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Asks it to end, waits, and kills it when it does not. */
  stop(): Promise<void>;
  /** Ends it with its group at once, without waiting. */
  kill(): void;
}

const LOG_LINES = 15;

/**
 * Starts a child in a session of its own, so that a terminal's Ctrl-C reaches only the launcher,
 * which then stops its children in order. Its output is added to its log file.
 *
 * @throws {ReadableError} when the program cannot be run
 */
export async function startChild(
  specification: ChildSpecification,
  record: ProcessRecord,
): Promise<RunningChild> {
  const { name, program, args, environment, cwd, logFile, uid, gid } = specification;
  const log = openSync(logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd,
      env: environment,
      uid,
      gid,
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
  let over = false;
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => {
      over = true;
      if (child.pid !== undefined) record.remove(child.pid);
      resolve(signal ?? `code ${code}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.on('spawn', resolve);
    child.on('error', (error) => {
      reject(new ReadableError(`${name} cannot be run: ${error.message}`, { cause: error }));
    });
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} was started without a pid`);
  const identity = identify(pid);
  const recorded: RecordedProcess | undefined =
    identity === undefined
      ? undefined
      : { ...identity, name, stopSignal: specification.stopSignal ?? 'SIGTERM' };
  // Undefined only when it has ended already, which `ended` tells.
  if (recorded !== undefined && !over) record.add(recorded);
  return {
    name,
    pid,
    lastWords: () => lastWords([logFile, specification.ownLogFile]),
    ended,
    hasEnded: () => over,
    stop: async () => {
      if (recorded === undefined || over) return;
      await endProcess(recorded);
      await ended;
    },
    kill: () => {
      // Not collected yet, or `over` would be true: the pid is still this child's.
      if (!over) process.kill(-pid, 'SIGKILL');
    },
  };
}

function lastWords(files: readonly (string | undefined)[]): string {
  const written = files.filter((file) => file !== undefined && existsSync(file));
  const lines = written.flatMap((file) =>
    readFileSync(file as string, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-LOG_LINES),
  );
  const shown = lines.filter((line) => line !== '').map((line) => `    ${line}\n`);
  return `Its last lines:\n${shown.join('')}All of them: ${written.join(', ')}`;
}
