/** A step that is run again for whatever was asked for while it ran: one at a time, none in vain. */
export interface FollowUp {
  /** @param after is called each time that the step has gone well */
  request(after?: () => void): void;
  /** Resolves when nothing of it runs any more, however it went. */
  settled(): Promise<void>;
}

/**
 * Makes a follow-up of a step that is done again at the end of its workflow: there its failure
 * counts, here it does not – nor does a cancellation, which the workflow itself is told of.
 */
export function followUp(step: () => Promise<unknown>): FollowUp {
  let isRequested = false;
  let running: Promise<void> | null = null;
  let afterwards: (() => void) | undefined;

  async function run(): Promise<void> {
    while (isRequested) {
      isRequested = false;
      if (await succeeds(step)) afterwards?.();
    }
    running = null;
  }

  return {
    request(after) {
      isRequested = true;
      afterwards = after;
      running ??= run();
    },
    settled: async () => {
      while (running !== null) await running;
    },
  };
}

async function succeeds(step: () => Promise<unknown>): Promise<boolean> {
  const [outcome] = await Promise.allSettled([step()]);
  return outcome.status === 'fulfilled';
}
