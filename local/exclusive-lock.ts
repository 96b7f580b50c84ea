import { mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/** A lock that was taken, or the process that holds it. */
export type LockAttempt =
  | { readonly acquired: true; release(): void }
  | { readonly acquired: false; readonly holder: ProcessIdentity | undefined };

const POLL_MS = 200;
/** A lock file without a readable owner is one being written, or one whose writer died at it. */
const UNREADABLE_GRACE_MS = 5_000;

/**
 * Takes a lock that is a file naming its owner's pid and start time. A lock whose owner has ended is
 * taken over, so that nothing has to be cleaned up by hand after a kill -9.
 */
export function tryLock(path: string): LockAttempt {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path, JSON.stringify(self()))) {
      return { acquired: true, release: () => releaseOwn(path) };
    }
    const owner = readOwner(path);
    if (owner === 'unreadable' || (owner !== 'none' && isRunning(owner))) {
      return { acquired: false, holder: owner === 'unreadable' ? undefined : owner };
    }
    if (owner !== 'none') evict(path, owner);
  }
  return { acquired: false, holder: undefined };
}

/**
 * Runs `action` while holding the lock, waiting for as long as another live process holds it.
 *
 * @param onWait called once, when the lock was not free at the first try
 */
export async function withLock<T>(
  path: string,
  action: () => Promise<T>,
  onWait?: (holder: ProcessIdentity | undefined) => void,
): Promise<T> {
  let attempt = tryLock(path);
  if (!attempt.acquired) onWait?.(attempt.holder);
  while (!attempt.acquired) {
    await sleep(POLL_MS);
    attempt = tryLock(path);
  }
  try {
    return await action();
  } finally {
    attempt.release();
  }
}

function self(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === undefined) throw new Error('the start time of this process cannot be read');
  return identity;
}

function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): ProcessIdentity | 'none' | 'unreadable' {
  let text: string;
  let age: number;
  try {
    text = readFileSync(path, 'utf8');
    age = Date.now() - statSync(path).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'none';
    throw error;
  }
  const match = /^\{"pid":(\d+),"started":"([^"]*)"\}$/.exec(text);
  if (match) return { pid: Number(match[1]), started: match[2] ?? '' };
  return age < UNREADABLE_GRACE_MS ? 'unreadable' : { pid: 0, started: 'never' };
}

/**
 * Removes a dead owner's lock. Two that judge it dead at the same time must not remove each other's
 * new one: the second lock makes looking again and removing one step.
 */
function evict(path: string, judged: ProcessIdentity): void {
  const takeover = `${path}.takeover`;
  if (!create(takeover, '')) {
    const age = ageOf(takeover);
    if (age !== undefined && age > UNREADABLE_GRACE_MS) removeIfThere(takeover);
    return;
  }
  try {
    const owner = readOwner(path);
    const same =
      typeof owner === 'object' && owner.pid === judged.pid && owner.started === judged.started;
    if (same) removeIfThere(path);
  } finally {
    removeIfThere(takeover);
  }
}

function releaseOwn(path: string): void {
  const owner = readOwner(path);
  if (typeof owner === 'object' && owner.pid === process.pid) removeIfThere(path);
}

function ageOf(path: string): number | undefined {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
