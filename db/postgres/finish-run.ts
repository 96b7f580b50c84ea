import { sql } from 'kysely';
import type { RunError, RunStatus } from '../../model/scope.ts';
import type { Db } from './database.ts';

/**
 * Ends a run. Slices that never ended are `failed` with the given reason: a run that was cancelled
 * or lost a worker must not leave them "collecting" for ever. What was staged and not promoted is
 * thrown away.
 *
 * @param outcome `finished` lets the slices decide between completed and completed_with_errors
 * @returns the status that the run ended with, also where it ended before its plan was written
 */
export async function finishRun(
  db: Db,
  runId: string,
  outcome: 'finished' | 'failed' | 'cancelled',
  errors: readonly RunError[],
): Promise<RunStatus> {
  return db.transaction().execute(async (trx) => {
    await trx
      .updateTable('slice_scans')
      .set({
        state: 'failed',
        error_code: outcome === 'cancelled' ? 'cancelled' : 'not_finished',
        error_message:
          outcome === 'cancelled'
            ? 'The discovery was cancelled before this slice was listed to its end.'
            : 'The discovery ended before this slice was listed to its end.',
        finished_at: sql`now()`,
      })
      .where('run_id', '=', runId)
      .where('state', 'in', ['planned', 'collecting'])
      .execute();
    // A promotion that is under way – its cancelled or timed-out activity may outlive the workflow –
    // reads the staging in several statements: without it, what it listed would look gone.
    await sql`
      select from slice_scans
      where run_id = ${runId} and state in ('complete', 'partial') and promoted_at is null
      order by slice_id for update
    `.execute(trx);
    await trx.deleteFrom('staged_items').where('run_id', '=', runId).execute();
    const run = await trx
      .selectFrom('runs')
      .select(['errors', 'status'])
      .where('run_id', '=', runId)
      .forUpdate()
      .executeTakeFirst();
    if (!run && outcome !== 'finished') return outcome;
    if (!run) throw new Error(`There is no run ${runId} to finish.`);
    if (run.status !== 'running') return run.status;
    const unfinished = await trx
      .selectFrom('slice_scans')
      .select('slice_id')
      .where('run_id', '=', runId)
      .where((scan) => scan.or([scan('state', '<>', 'complete'), scan('held', '=', true)]))
      .limit(1)
      .executeTakeFirst();
    const allErrors = [...run.errors, ...errors];
    const status =
      outcome === 'finished'
        ? allErrors.length > 0 || unfinished
          ? 'completed_with_errors'
          : 'completed'
        : outcome;
    await trx
      .updateTable('runs')
      .set({ status, finished_at: sql`now()`, errors: JSON.stringify(allErrors) })
      .where('run_id', '=', runId)
      .execute();
    return status;
  });
}
