import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

/** A child as recorded: which process it is, and how it wants to be asked to end. */
export interface RecordedProcess extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

/** How long a process may take to end by itself before it is killed. */
const GRACE_MS = 20_000;
const POLL_MS = 50;
const FILE = 'processes.json';

/**
 * The record of a launcher's children in `processes.json`, so that the next start finds what a
 * killed launcher left behind. Written at once at every change.
 */
export class ProcessRecord {
  readonly #path: string;
  #processes: readonly RecordedProcess[];

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, FILE);
    this.#processes = read(this.#path);
  }

  add(recorded: RecordedProcess): void {
    this.#write([...this.#processes, recorded]);
  }

  remove(pid: number): void {
    this.#write(this.#processes.filter((recorded) => recorded.pid !== pid));
  }

  /**
   * Ends, the youngest first, every recorded process that still runs, and empties the record. A pid
   * that now belongs to another process is left alone. Where nothing was recorded nothing is written.
   *
   * @returns the names of those that were ended
   */
  async endLeftovers(): Promise<readonly string[]> {
    const ended: string[] = [];
    for (const recorded of this.#processes.toReversed()) {
      if (await endProcess(recorded)) ended.push(recorded.name);
    }
    if (this.#processes.length > 0) this.#write([]);
    return ended;
  }

  #write(processes: readonly RecordedProcess[]): void {
    this.#processes = processes;
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(processes, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#path);
  }
}

/**
 * Asks one process to end, waits, and kills it with its group when it does not.
 *
 * @returns whether it was running at all
 */
export async function endProcess(recorded: RecordedProcess, graceMs = GRACE_MS): Promise<boolean> {
  if (!isRunning(recorded)) return false;
  signal(recorded.pid, recorded.stopSignal);
  if (!(await hasEnded(recorded, graceMs))) {
    // Children lead a group of their own, so this reaches what they started as well.
    signal(-recorded.pid, 'SIGKILL');
    signal(recorded.pid, 'SIGKILL');
    await hasEnded(recorded, graceMs);
  }
  return true;
}

async function hasEnded(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function read(path: string): readonly RecordedProcess[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const content: unknown = JSON.parse(text);
  if (!Array.isArray(content) || !content.every(isRecordedProcess)) {
    throw new Error(`${path} is not a list of processes`);
  }
  return content;
}

function isRecordedProcess(value: unknown): value is RecordedProcess {
  const recorded = value as Partial<RecordedProcess> | null;
  return (
    typeof recorded?.pid === 'number' &&
    recorded.pid > 1 &&
    typeof recorded.started === 'string' &&
    typeof recorded.name === 'string' &&
    (recorded.stopSignal === 'SIGTERM' || recorded.stopSignal === 'SIGINT')
  );
}
