import { finishRun } from '../db/postgres/finish-run.ts';
import type { RunError, RunStatus } from '../model/scope.ts';
import type { ActivityDeps } from './deps.ts';

export interface FinishRunInput {
  run_id: string;
  outcome: 'finished' | 'failed' | 'cancelled';
  errors: RunError[];
}

/** Ends the run; its slices and errors say with which status. */
export function createFinishRun({ db, logger }: ActivityDeps) {
  return async ({ run_id, outcome, errors }: FinishRunInput): Promise<RunStatus> => {
    const status = await finishRun(db, run_id, outcome, errors);
    logger.info({ run_id, status }, 'finished');
    return status;
  };
}
