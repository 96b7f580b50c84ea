import { sql } from 'kysely';
import type { Trx } from '../database.ts';
import type { RunContext } from './context.ts';
import { scansOf, stagedRows } from './staged-rows.ts';

/**
 * The proof of a complete slice begins, and the outcome of the scan becomes that of the slice, unless
 * a newer scan has ended since. What was staged has done its work.
 */
export async function closeSlices({
  trx,
  runId,
  sliceIds,
}: Pick<RunContext, 'trx' | 'runId' | 'sliceIds'>): Promise<void> {
  await sql`
    update slices set
      proven_at = case when scans.state = 'complete' and not scans.held
        then scans.finished_at else slices.proven_at end,
      promoted_order = scans.listing_order,
      population = live.count,
      held_loss = case when scans.state = 'complete'
        then scans.held_loss else slices.held_loss end,
      (last_state, last_run_id, last_order, scanned_at, error_code, error_message,
        missing_permission) = (
        select scans.state, scans.run_id, scans.listing_order, scans.finished_at,
          scans.error_code, scans.error_message, scans.missing_permission
        where scans.listing_order >= slices.last_order
        union all
        select slices.last_state, slices.last_run_id, slices.last_order, slices.scanned_at,
          slices.error_code, slices.error_message, slices.missing_permission
        where scans.listing_order < slices.last_order
      )
    from ${scansOf(runId, sliceIds)} scans
    cross join lateral (
      select count(*) as count from items
      where items.slice_id = scans.slice_id and missing_since is null and retired_at is null
    ) live
    where slices.slice_id = scans.slice_id
  `.execute(trx);
  await sql`
    update slice_scans set promoted_at = clock_timestamp()
    where ctid = any(array(select ctid from ${scansOf(runId, sliceIds)} scans))
  `.execute(trx);
  await sql`
    delete from staged_items
    where ctid = any(array(select ctid from ${stagedRows(runId, sliceIds)} staged))
  `.execute(trx);
}

/** Notes of slices that they were listed and could not be made current; what holds stays as it is. */
export async function refuseSlices(
  trx: Trx,
  runId: string,
  sliceIds: readonly string[],
  code: string,
  message: string,
): Promise<void> {
  await sql`
    update slices set
      last_state = 'failed', last_run_id = scans.run_id, last_order = scans.listing_order,
      scanned_at = scans.finished_at, error_code = ${code}, error_message = ${message},
      missing_permission = null
    from ${scansOf(runId, sliceIds)} scans
    where slices.slice_id = scans.slice_id and scans.listing_order >= slices.last_order
  `.execute(trx);
}
