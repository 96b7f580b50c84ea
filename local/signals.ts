/** The signals that ask a launcher to end: Ctrl-C, a service manager, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C arrives several times: from the terminal, and again from each of npm and the bootstrap
 * that hands it on. Those within this time are one.
 */
const SAME_REQUEST_MS = 800;

/** Calls back at each request to end, with how many there have been; returns how to stop listening. */
export function onRequestToEnd(callback: (count: number) => void): () => void {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  const listener = (): void => {
    const now = performance.now();
    const repeated = now - last < SAME_REQUEST_MS;
    last = now;
    if (repeated) return;
    count += 1;
    callback(count);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Runs an action that is aborted when this process is asked to end. */
export async function whileInterruptible<T>(
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stopListening = onRequestToEnd(() => controller.abort());
  try {
    return await action(controller.signal);
  } finally {
    stopListening();
  }
}

/**
 * Keeps a launcher alive when its output goes nowhere any more, as when the terminal was closed or
 * `| head` has seen enough: it still has children to stop.
 */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
