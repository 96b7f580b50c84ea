import { type ChildSpecification, type RunningChild, startChild } from './child.ts';
import { ReadableError } from './explain.ts';
import type { ProcessRecord } from './processes.ts';

/** Told when the launcher is asked to end while it is still starting things. */
export class InterruptedError extends ReadableError {
  override readonly name = 'InterruptedError';
  constructor() {
    super('Interrupted.');
  }
}

/** All children of one launcher: started through it, and stopped together. */
export class Children {
  readonly #record: ProcessRecord;
  readonly #running: RunningChild[] = [];
  readonly #starting = new Set<Promise<RunningChild>>();
  #stopping = false;

  constructor(record: ProcessRecord) {
    this.#record = record;
  }

  /** Whether children end because they are told to. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /**
   * Starts a child whose end the caller looks after.
   *
   * @throws {InterruptedError} once stopping has begun
   */
  async start(specification: ChildSpecification): Promise<RunningChild> {
    if (this.#stopping) throw new InterruptedError();
    const starting = startChild(specification, this.#record);
    this.#starting.add(starting);
    try {
      const child = await starting;
      this.#running.push(child);
      return child;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /**
   * Stops every child and waits for its end: one after the other, the last started first, so that
   * each can still reach what it depends on; or all at once where nobody cares for the data.
   *
   * @param onStop called before each one is stopped
   */
  async stopAll(
    order: 'reverse' | 'all-at-once',
    onStop: (name: string) => void = () => {},
  ): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#starting);
    const children = this.#running.toReversed().filter((child) => !child.hasEnded());
    const stop = async (child: RunningChild): Promise<void> => {
      onStop(child.name);
      await child.stop();
    };
    if (order === 'all-at-once') await Promise.all(children.map(stop));
    else for (const child of children) await stop(child);
  }

  /** Kills every child with its group at once, for a launcher that is told to end now. */
  killAll(): void {
    this.#stopping = true;
    for (const child of this.#running) if (!child.hasEnded()) child.kill();
  }
}
