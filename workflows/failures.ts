import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';

export interface FailureNote {
  code: string;
  message: string;
}

/** What a failed activity or child says, in a code and a sentence for the run's record. */
export function noteOf(error: unknown): FailureNote {
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
