import { inspect } from 'node:util';

/**
 * An error that a person can act upon: its message alone is shown, never a stack trace.
 */
export class ReadableError extends Error {
  override readonly name: string = 'ReadableError';
}

/** The text shown for an error: the message where it was written for people, all of it where not. */
export function explain(error: unknown): string {
  return error instanceof ReadableError ? error.message : inspect(error);
}
