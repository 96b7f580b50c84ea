import { ApplicationFailure } from '@temporalio/activity';
import {
  type PromoteCounts,
  promoteScope,
  StagingMismatchError,
  StaleRunError,
} from '../db/postgres/promote-scope.ts';
import { closeSliceScan } from '../db/postgres/slice-scan.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';

export interface PromoteScopeInput {
  run_id: string;
  scope_id: string;
  /** Slices whose activity ended without recording why: a lost worker, a timeout, a fault of ours. */
  lost_slices: Array<{ slice_id: string; code: string; message: string }>;
}

/** Closes what was lost, then makes the scope's staged items current. */
export function createPromoteScope({ db, sources, logger }: ActivityDeps) {
  const { retire_after_scans, max_loss_percent } = sources.discovery;
  return async ({ run_id, scope_id, lost_slices }: PromoteScopeInput): Promise<PromoteCounts> => {
    for (const { slice_id, code, message } of lost_slices) {
      await closeSliceScan(db, run_id, slice_id, {
        outcome: 'failed',
        error_code: code,
        error_message: message,
        missing_permission: null,
      });
    }
    try {
      const policy = { retire_after_scans, max_loss_percent };
      const counts = await beating(
        () => null,
        () => promoteScope(db, run_id, scope_id, policy),
      );
      logger.info({ run_id, scope_id, ...counts }, 'promoted');
      return counts;
    } catch (error) {
      if (error instanceof StaleRunError || error instanceof StagingMismatchError) {
        throw ApplicationFailure.create({
          message: error.message,
          type: error.code,
          nonRetryable: true,
          cause: error,
        });
      }
      throw error;
    }
  };
}
