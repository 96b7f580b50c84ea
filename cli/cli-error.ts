import { EXIT_CODES, type Outcome } from './exit-codes.ts';

/** Something that a person can understand and act on: printed as one line, without a stack. */
export class CliError extends Error {
  override name = 'CliError';
  readonly code = 'cli_error';
  readonly outcome: Outcome;
  readonly next_step: string | null;

  /**
   * @param message what is the matter, as a sentence
   * @param nextStep what to do about it, as a sentence; null where the message says so
   */
  constructor(
    outcome: Outcome,
    message: string,
    nextStep: string | null,
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.outcome = outcome;
    this.next_step = nextStep;
  }

  get exitCode(): number {
    return EXIT_CODES[this.outcome].code;
  }

  /** The one line. */
  toLine(): string {
    const line = this.next_step === null ? this.message : `${this.message} ${this.next_step}`;
    return line.replaceAll(/\s+/g, ' ').trim();
  }
}
