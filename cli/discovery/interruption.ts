import { createInterface } from 'node:readline/promises';
import type { Terminal } from '../terminal.ts';

/** What a person wants when they interrupt. */
export type Wish = 'detach' | 'cancel' | 'wait';

/** Ctrl-C, as a command that follows something sees it. */
export interface Interruption extends Disposable {
  /** Aborted by Ctrl-C, until it is armed again. */
  readonly signal: AbortSignal;
  /** Listens for the next Ctrl-C. */
  arm(): void;
}

/** Takes Ctrl-C over: it ends nothing by itself any more, until it is disposed of. */
export function onInterruption(): Interruption {
  let controller = new AbortController();
  const abort = (): void => controller.abort();
  process.on('SIGINT', abort);
  return {
    get signal() {
      return controller.signal;
    },
    arm: () => {
      controller = new AbortController();
    },
    [Symbol.dispose]: () => {
      process.off('SIGINT', abort);
    },
  };
}

const QUESTION = 'The discovery goes on by itself. [d]etach, [c]ancel it, or [w]ait? ';

/**
 * Asks what is to become of a discovery that was interrupted. Where nobody can answer, it is left
 * alone; so, too, by a second Ctrl-C.
 */
export async function askWish(terminal: Terminal): Promise<Wish> {
  const { stdin, stderr } = terminal;
  if (!stdin.isTTY || !stderr.isTTY) return 'detach';
  const asking = createInterface({ input: stdin, output: stderr });
  const interrupted = new AbortController();
  asking.on('SIGINT', () => interrupted.abort());
  asking.on('close', () => interrupted.abort());
  try {
    const answer = await asking.question(QUESTION, { signal: interrupted.signal });
    return wishOf(answer);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    stderr.write('\n');
    return 'detach';
  } finally {
    asking.close();
  }
}

function wishOf(answer: string): Wish {
  const letter = answer.trim().toLowerCase().charAt(0);
  return letter === 'c' ? 'cancel' : letter === 'w' ? 'wait' : 'detach';
}
