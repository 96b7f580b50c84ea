import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { ConfigError, parseConfig, sharedConfigShape } from '../../db/config.ts';
import { isDatabaseUnavailable } from '../../db/postgres/unavailable.ts';
import { CliError } from '../cli-error.ts';
import type { Outcome } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/**
 * The database itself: a backup holds what the API tells nobody, such as the hashes of tokens.
 *
 * @throws {CliError} when DATABASE_URL cannot be used
 */
export function databaseUrl({ environment }: Terminal): string {
  const { DATABASE_URL } = sharedConfigShape;
  try {
    return parseConfig(z.object({ DATABASE_URL }), environment).DATABASE_URL;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fault = error.problems
      .map(({ variable, message }) => `${variable} ${message}`)
      .join('; ');
    const nextStep = 'Run it where the worker runs, with the same DATABASE_URL.';
    throw new CliError('usage', `${fault}.`, nextStep, { cause: error });
  }
}

/** What the errors of backup and restore, by their code, mean for whoever called it. */
const FAILURES: Readonly<Record<string, { outcome: Outcome; next_step: string | null }>> = {
  damaged_backup: { outcome: 'bad_backup', next_step: 'Take another one. Nothing was changed.' },
  newer_backup: {
    outcome: 'bad_backup',
    next_step: 'Restore it with that release, or a newer one. Nothing was changed.',
  },
  nothing_to_back_up: { outcome: 'not_found', next_step: 'Look at DATABASE_URL.' },
  newer_schema: { outcome: 'conflict', next_step: 'Back it up with the release that runs on it.' },
};

const REFUSALS = {
  not_empty: 'Give an empty database, or --replace to lose what this one has.',
  not_ours: 'Give a database of its own.',
  in_use: 'Wait, cancel the discovery (cmdb runs), or stop worker and API; then try again.',
} as const;

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EEXIST: 'is there already',
  EACCES: 'may not be read or written',
  EISDIR: 'is a directory',
  ENOSPC: 'does not fit: the disk is full',
};

/** @returns the error as the command line tells it; whatever nobody foresaw as it is */
export function explainFailure(error: unknown): unknown {
  if (!isNativeError(error) || error instanceof CliError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const reason = 'reason' in error ? String(error.reason) : '';
  if (code === 'not_restorable' && reason in REFUSALS) {
    const nextStep = `${REFUSALS[reason as keyof typeof REFUSALS]} Nothing was changed.`;
    return new CliError('conflict', error.message, nextStep, { cause: error });
  }
  const failure = FAILURES[code];
  if (failure) return new CliError(failure.outcome, error.message, failure.next_step);
  const fault = FILE_FAULTS[code];
  if (fault !== undefined && ('path' in error || code === 'ENOSPC')) {
    const path = 'path' in error ? String(error.path) : 'The file';
    return new CliError('usage', `${path} ${fault}.`, 'Give another file.', { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    const message = `PostgreSQL does not answer (${code || error.name}).`;
    return new CliError('unreachable', message, 'Look at DATABASE_URL.', { cause: error });
  }
  return error;
}
