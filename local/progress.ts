import type { WriteStream } from 'node:tty';

/** One thing under way, shown on a line of its own. */
export interface Step {
  /** Says what it is doing now. */
  update(text: string): void;
  done(text: string): void;
  /** It ended, but not as hoped; everything goes on. */
  warn(text: string): void;
  failed(text?: string): void;
}

interface ActiveStep {
  readonly title: string;
  readonly since: number;
  text: string;
  /** When it last got a line where lines cannot be rewritten. */
  shown: number;
}

type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold';
const CODES: Record<Colour, string> = { green: '32', yellow: '33', red: '31', dim: '2', bold: '1' };
const FRAMES = ['-', '\\', '|', '/'];
const FRAME_MS = 120;
/** How often a long step gives a sign of life where lines cannot be rewritten. */
const SIGN_OF_LIFE_MS = 30_000;
const TITLE_WIDTH = 13;

/**
 * Shows several steps at once: on a terminal as lines that are rewritten with the time gone by,
 * elsewhere as plain lines in the order things happen.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #rewrites: boolean;
  readonly #coloured: boolean;
  readonly #active = new Set<ActiveStep>();
  #drawn = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv) {
    this.#stream = stream;
    this.#rewrites = stream.isTTY === true && environment.TERM !== 'dumb';
    this.#coloured = this.#rewrites && !environment.NO_COLOR;
  }

  /** Begins a step; a timer keeps it moving until it is done or failed. */
  step(title: string): Step {
    const active: ActiveStep = { title, since: Date.now(), text: '', shown: Date.now() };
    this.#active.add(active);
    this.#timer ??= setInterval(() => this.#tick(), FRAME_MS);
    const end = (mark: string, colour: Colour, text: string): void => {
      if (!this.#active.delete(active)) return;
      const elapsed = this.#paint(`(${seconds(active)})`, 'dim');
      this.print(`${this.#paint(mark, colour)} ${label(title)} ${text} ${elapsed}`);
      if (this.#active.size === 0) this.close();
    };
    return {
      update: (text) => {
        if (text === active.text) return;
        active.text = text;
        active.shown = Date.now();
        if (this.#rewrites) this.#draw();
        else this.#stream.write(`  ${label(title)} ${text}\n`);
      },
      done: (text) => end(this.#rewrites ? '✔' : '+', 'green', text),
      warn: (text) => end('!', 'yellow', text),
      failed: (text = 'failed') => end(this.#rewrites ? '✘' : 'x', 'red', text),
    };
  }

  /** Prints a line of its own above the steps under way. */
  print(line: string): void {
    this.#erase();
    this.#stream.write(`${line}\n`);
    this.#draw();
  }

  /** A heading, in bold where the terminal can. */
  heading(text: string): void {
    this.print(this.#paint(text, 'bold'));
  }

  /** Stops rewriting; steps under way are no longer shown. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
    this.#active.clear();
  }

  #tick(): void {
    this.#frame += 1;
    if (this.#rewrites) {
      this.#draw();
      return;
    }
    for (const active of this.#active) {
      if (Date.now() - active.shown < SIGN_OF_LIFE_MS) continue;
      active.shown = Date.now();
      this.#stream.write(`  ${label(active.title)} ${active.text} (${seconds(active)})\n`);
    }
  }

  #draw(): void {
    if (!this.#rewrites) return;
    this.#erase();
    // A terminal that does not know its width says 0.
    const width = (this.#stream as WriteStream).columns || 80;
    for (const active of this.#active) {
      const frame = FRAMES[this.#frame % FRAMES.length];
      const line = `${frame} ${label(active.title)} ${active.text} (${seconds(active)})`;
      // A line that wraps would be two to erase.
      this.#stream.write(`${line.slice(0, width - 1)}\n`);
    }
    this.#drawn = this.#active.size;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001b[${this.#drawn}A\u001b[0J`);
    this.#drawn = 0;
  }

  #paint(text: string, colour: Colour): string {
    return this.#coloured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
  }
}

function label(title: string): string {
  return title.padEnd(TITLE_WIDTH);
}

function seconds(active: ActiveStep): string {
  const elapsed = (Date.now() - active.since) / 1000;
  return elapsed < 10 ? `${elapsed.toFixed(1)} s` : `${Math.round(elapsed)} s`;
}
