import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { RunError } from '../model/scope.ts';

export interface FailureNote {
  code: string;
  message: string;
}

/** A failed statement can be quoted whole in its message; the log has all of it. */
const MAX_MESSAGE_CHARACTERS = 500;

/** What a failed activity or child says, in a code and a sentence for the run's record. */
export function noteOf(error: unknown): FailureNote {
  const { code, message } = whatHappened(error);
  return { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) };
}

function whatHappened(error: unknown): FailureNote {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    return { code: cause.type ?? 'error', message: cause.message };
  }
  if (cause instanceof TimeoutFailure) {
    const isUnserved = cause.timeoutType === 'SCHEDULE_TO_START';
    return {
      code: isUnserved ? 'no_worker' : 'timed_out',
      message: isUnserved
        ? 'No worker on the machine took the work up in time; is one running there?'
        : `It did not end in time (${cause.timeoutType}).`,
    };
  }
  if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure) {
    const code = cause instanceof CancelledFailure ? 'cancelled' : 'terminated';
    return { code, message: `Its workflow was ${code} from outside.` };
  }
  return { code: 'error', message: cause instanceof Error ? cause.message : 'unknown error' };
}

/**
 * A run's errors travel in one payload, of 2 MB at most: a thousand, with `MAX_MESSAGE_CHARACTERS`
 * each, take half of it.
 */
const MAX_ERRORS_OF_RUN = 1_000;

/**
 * The errors of a run's accounts, account by account. Of too many the first of every account come
 * before the second of any, and an entry at the end says how many are left out.
 */
export function errorsOfRun(accounts: readonly RunError[][]): RunError[] {
  const all = accounts.flat();
  if (all.length <= MAX_ERRORS_OF_RUN) return all;
  const ranked = accounts.flatMap((errors) => errors.map((error, rank) => ({ error, rank })));
  const kept = ranked.sort((a, b) => a.rank - b.rank).slice(0, MAX_ERRORS_OF_RUN);
  const message = `${all.length - kept.length} more errors.`;
  return [
    ...kept.map(({ error }) => error),
    { code: 'more_errors', message, provider: null, account: null },
  ];
}
