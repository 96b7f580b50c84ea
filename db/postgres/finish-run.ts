import { sql } from 'kysely';
import type { RunError, RunStatus } from '../../model/scope.ts';
import type { Db, Trx } from './database.ts';

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
    if (outcome !== 'cancelled') await lockUnfinishedSlices(trx, runId);
    await endUnfinishedScans(trx, runId, outcome);
    // A promotion that is under way – its cancelled or timed-out activity may outlive the workflow –
    // reads the staging in several statements: without it, what it listed would look gone.
    await sql`
      select from slice_scans
      where run_id = ${runId} and state in ('complete', 'partial') and promoted_at is null
      order by slice_id for update
    `.execute(trx);
    if (outcome !== 'cancelled') await noteUnpromoted(trx, runId);
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

type Outcome = Parameters<typeof finishRun>[2];

/** In the order of promotions: slices by their ids, and before their scans. */
async function lockUnfinishedSlices(trx: Trx, runId: string): Promise<void> {
  await sql`
    select from slices join slice_scans scans using (slice_id)
    where scans.run_id = ${runId} and scans.promoted_at is null
      and scans.state not in ('denied', 'failed')
    order by slice_id for update of slices
  `.execute(trx);
}

/** Fails the scans that never ended. What a person cancelled says nothing about the slice. */
async function endUnfinishedScans(trx: Trx, runId: string, outcome: Outcome): Promise<void> {
  const isCancelled = outcome === 'cancelled';
  await sql`
    with ended as (
      update slice_scans set
        state = 'failed',
        error_code = ${isCancelled ? 'cancelled' : 'not_finished'},
        error_message = ${
          isCancelled
            ? 'The discovery was cancelled before this slice was listed to its end.'
            : 'The discovery ended before this slice was listed to its end.'
        },
        listing_order = coalesce(listing_order, nextval('listing_orders')),
        finished_at = now()
      where run_id = ${runId} and state in ('planned', 'collecting')
      returning *
    )
    update slices set
      last_state = ended.state, last_run_id = ended.run_id, last_order = ended.listing_order,
      scanned_at = ended.finished_at, error_code = ended.error_code,
      error_message = ended.error_message, missing_permission = null
    from ended
    where not ${isCancelled} and slices.slice_id = ended.slice_id
      and ended.listing_order >= slices.last_order
  `.execute(trx);
}

/** What was listed and never promoted is no proof of anything, however well its listing went. */
async function noteUnpromoted(trx: Trx, runId: string): Promise<void> {
  await sql`
    update slices set
      last_state = 'failed', last_run_id = scans.run_id, last_order = scans.listing_order,
      scanned_at = scans.finished_at, error_code = 'not_promoted',
      error_message = 'It was listed, but what was listed could not be made current.',
      missing_permission = null
    from slice_scans scans
    where scans.run_id = ${runId} and scans.state in ('complete', 'partial')
      and scans.promoted_at is null and slices.slice_id = scans.slice_id
      and scans.listing_order > slices.last_order
  `.execute(trx);
}
