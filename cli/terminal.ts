import type { Outcome } from './exit-codes.ts';

/** The process around the commands: its streams, its environment, and how it ends. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How it ends, where a command did what it was to do and that is not all there is to say. */
  endWith(outcome: Outcome): void;
}

/** A word to the person beside the output: on standard error, so that a pipe gets the data alone. */
export function note(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${text}\n`);
}
