import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { Colour, Column } from '../output/column.ts';

/**
 * What a check found.
 * - `ok`: as it should be
 * - `warning`: it goes on without, slower or with less
 * - `broken`: something that is needed does not work
 * - `skipped`: nothing to check, or not from here
 */
export interface Finding {
  component: string;
  /** Who looked: the API, the last discovery, or this command where it runs. */
  seen_by: 'api' | 'discovery' | 'here';
  status: 'ok' | 'warning' | 'broken' | 'skipped';
  detail: string;
  /** What to do, as a sentence; null where there is nothing to do. */
  fix: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const COLOURS: Readonly<Record<Finding['status'], Colour>> = {
  ok: 'green',
  warning: 'yellow',
  broken: 'red',
  skipped: 'gray',
};

export const FINDING_COLUMNS: ReadonlyArray<Column<Finding>> = [
  { name: 'component', value: (row) => row.component },
  { name: 'seen_by', value: (row) => row.seen_by },
  { name: 'status', value: (row) => row.status, colour: (row) => COLOURS[row.status] },
  { name: 'detail', value: (row) => row.detail, gives: true },
  // People get it below the table, where nothing cuts it.
  { name: 'fix', value: (row) => row.fix, csv_only: true },
];

/** What was waited for did not come. */
class TooLateError extends Error {
  override name = 'TooLateError';
  readonly code = 'no answer in time';
}

/** @throws {TooLateError} */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = sleep(ms, undefined, { ref: false }).then(() => {
    throw new TooLateError(`There was no answer in ${ms} ms.`);
  });
  return Promise.race([work, late]);
}

/**
 * The code of an error, or of what caused it. Never its message: those of drivers can hold
 * addresses with passwords, and names of users.
 */
export function codeOf(error: unknown): string {
  if (!isNativeError(error)) return 'unknown';
  // Wrappers name what they wrap.
  if (isNativeError(error.cause)) return codeOf(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if ('code' in error && error.code !== undefined) return String(error.code);
  return error.name === 'Error' ? 'no answer' : error.name;
}
