import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildSpecification, RunningChild } from './child.ts';
import type { Children } from './children.ts';
import { ReadableError } from './explain.ts';

const FIRST_WAIT_MS = 1_000;
const MOST_RESTARTS = 5;
/** One that ran this long was well: its next end is counted from the beginning again. */
const WELL_AFTER_MS = 60_000;

/** A child that is started again when it ends, once the whole system has come up. */
export interface SupervisedChild {
  /** As it was started first. */
  readonly first: RunningChild;
  /** From now on an end is followed by a restart; before, it fails the start with its reason. */
  restartFromNowOn(): void;
  /**
   * Rejects, with a {@link ReadableError} that shows its last lines, when it is not started again;
   * settles when all children are stopped.
   */
  readonly over: Promise<void>;
}

/**
 * Starts a store, the worker or the API, and starts it again when it ends by itself, waiting longer each time,
 * up to five times in a row: what fails at every start is not mended by one more.
 *
 * @param say told of every end and restart
 */
export async function supervise(
  children: Children,
  specification: ChildSpecification,
  say: (line: string) => void,
): Promise<SupervisedChild> {
  let restarts = false;
  const first = await children.start(specification);

  const watch = async (): Promise<void> => {
    let child: RunningChild = first;
    let startedAt = Date.now();
    let failures = 0;
    for (;;) {
      const how = await child.ended;
      if (children.stopping) return;
      failures = Date.now() - startedAt > WELL_AFTER_MS ? 1 : failures + 1;
      const report = `${child.name} ended by itself (${how}). ${child.lastWords()}`;
      if (!restarts || failures > MOST_RESTARTS) {
        throw new ReadableError(report);
      }
      const waitMs = FIRST_WAIT_MS * 2 ** (failures - 1);
      say(`${report}\n${child.name} is started again in ${waitMs / 1000} s.`);
      // Not a reason to stay when everything else has ended.
      await sleep(waitMs, undefined, { ref: false });
      if (children.stopping) return;
      child = await children.start(specification);
      startedAt = Date.now();
    }
  };
  return {
    first,
    restartFromNowOn: () => {
      restarts = true;
    },
    over: watch(),
  };
}
