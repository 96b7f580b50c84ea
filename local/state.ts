import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReadableError } from './explain.ts';

/** What a clone keeps from one start to the next: the ports it used and the passwords it made. */
interface StateContent {
  readonly ports: Record<string, number>;
  readonly passwords: Record<string, string>;
}

const FILE = 'state.json';

/**
 * The state of one clone in `<state directory>/state.json`, readable by its owner alone because it
 * holds the passwords of its stores. Every change is on disk before the call returns.
 */
export class LocalState {
  readonly directory: string;
  readonly #content: StateContent;

  private constructor(directory: string, content: StateContent) {
    this.directory = directory;
    this.#content = content;
  }

  /** Opens the state of a directory, which is made when it is not there. */
  static open(directory: string): LocalState {
    mkdirSync(directory, { recursive: true });
    // Others may pass through, and see nothing: when root starts PostgreSQL its files are another user's.
    chmodSync(directory, 0o711);
    mkdirSync(join(directory, 'logs'), { recursive: true });
    return new LocalState(directory, read(join(directory, FILE)));
  }

  /** The file that a child's output goes to. */
  logFile(name: string): string {
    return join(this.directory, 'logs', `${name}.log`);
  }

  port(name: string): number | undefined {
    return this.#content.ports[name];
  }

  rememberPort(name: string, port: number): void {
    this.#content.ports[name] = port;
    this.#write();
  }

  /** The password of a store, or undefined when none was made yet. */
  password(name: string): string | undefined {
    return this.#content.passwords[name];
  }

  /** Makes a new password for a store. Only letters and digits: it becomes part of an address. */
  makePassword(name: string): string {
    const password = randomBytes(24).toString('hex');
    this.#content.passwords[name] = password;
    this.#write();
    return password;
  }

  #write(): void {
    const path = join(this.directory, FILE);
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(this.#content, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  }
}

function read(path: string): StateContent {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ports: {}, passwords: {} };
    throw error;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!isStateContent(content)) throw unreadable(path, undefined);
  return content;
}

function unreadable(path: string, cause: unknown): ReadableError {
  return new ReadableError(
    `${path} is damaged. It holds the passwords of the stores beside it: restore it, or delete ` +
      'its directory to begin anew without their data.',
    { cause },
  );
}

function isStateContent(value: unknown): value is StateContent {
  if (typeof value !== 'object' || value === null) return false;
  const { ports, passwords } = value as Partial<StateContent>;
  return (
    hasOnly(ports, (port) => Number.isInteger(port)) &&
    hasOnly(passwords, (password) => typeof password === 'string')
  );
}

function hasOnly(record: unknown, isRight: (value: unknown) => boolean): boolean {
  return typeof record === 'object' && record !== null && Object.values(record).every(isRight);
}
