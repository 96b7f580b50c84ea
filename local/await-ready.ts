import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningChild } from './child.ts';
import { ReadableError } from './explain.ts';

/** How long one attempt to reach something may take. */
const ATTEMPT_MS = 3_000;

/**
 * Waits until `isReady` says so. A child that ends meanwhile, or takes too long, is told with the
 * last lines of its log.
 *
 * @throws {ReadableError}
 */
export async function awaitReady(
  child: RunningChild,
  isReady: () => Promise<boolean>,
  { withinMs, everyMs = 150 }: { readonly withinMs: number; readonly everyMs?: number },
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (child.hasEnded()) {
      throw new ReadableError(
        `${child.name} ended while starting (${await child.ended}). ${child.lastWords()}`,
      );
    }
    if (await isReady()) return;
    if (Date.now() > deadline) {
      throw new ReadableError(
        `${child.name} was not ready after ${withinMs / 1000} s. ${child.lastWords()}`,
      );
    }
    await sleep(everyMs);
  }
}

/** Whether something accepts connections at this address. */
export async function acceptsConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ATTEMPT_MS });
    const answer = (reached: boolean): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

/**
 * Checks that a store named by the environment can be reached.
 *
 * @param variable the variable that names it
 * @throws {ReadableError} naming the variable and the address (never a password)
 */
export async function checkGivenAddress(
  variable: string,
  host: string,
  port: number,
): Promise<void> {
  if (await acceptsConnections(host, port)) return;
  throw new ReadableError(
    `Nothing answers at ${host}:${port}, which ${variable} names. Start it there, or unset ` +
      `${variable} to have one started here.`,
  );
}
