import { sql } from 'kysely';
import type { Scope, SliceOutcome } from '../../model/scope.ts';
import type { Db } from './database.ts';

/** A slice in a run, with what is needed to list it. */
export interface SliceScan extends Scope {
  slice_id: string;
  scope_id: string;
  resource_type: string;
  /** Which of the listings of this run is under way. */
  listing: number;
  /** Items that its last outcome had listed; null for a slice that never had one. */
  last_item_count: number | null;
}

/** How the listing of a slice ended, and why where it is not complete. */
export interface SliceEnd {
  outcome: SliceOutcome;
  error_code: string | null;
  error_message: string | null;
  missing_permission: string | null;
}

/**
 * Marks a slice as being collected.
 *
 * @returns null when its listing has already ended: an earlier attempt got through and only its
 *   answer was lost
 */
export async function openSliceScan(
  db: Db,
  runId: string,
  sliceId: string,
): Promise<SliceScan | null> {
  const { rows } = await sql<SliceScan>`
    with opened as (
      update slice_scans set
        state = 'collecting', started_at = coalesce(started_at, now()),
        listing_order = coalesce(listing_order, nextval('listing_orders'))
      where run_id = ${runId} and slice_id = ${sliceId} and state in ('planned', 'collecting')
      returning slice_id, listing
    )
    select opened.slice_id, slices.scope_id, resource_type, provider, account, account_name, region,
      opened.listing, last.staged_count as last_item_count
    from opened
    join slices on slices.slice_id = opened.slice_id
    join scopes on scopes.scope_id = slices.scope_id
    left join slice_scans last
      on last.slice_id = slices.slice_id and last.run_id = slices.last_run_id
  `.execute(db);
  return rows[0] ?? null;
}

/**
 * Records how the listing of a slice ended. An outcome that stands already is kept, so that a
 * late attempt cannot turn a finished slice into another.
 *
 * A listing that came to nothing is the slice's last outcome at once, in the same statement; one that
 * has something to promote is that only when it is promoted.
 *
 * @param listing given by whoever listed it to its end, and refused where that listing is not the
 *   one that is staged
 * @returns whether this call ended it
 */
export async function closeSliceScan(
  db: Db,
  runId: string,
  sliceId: string,
  end: SliceEnd,
  listing?: number,
): Promise<boolean> {
  const { outcome, ...error } = end;
  if (outcome === 'denied' || outcome === 'failed') return closeInVain(db, runId, sliceId, end);
  const closed = await db
    .updateTable('slice_scans')
    .set({ state: outcome, ...error, finished_at: sql`now()` })
    .where('run_id', '=', runId)
    .where('slice_id', '=', sliceId)
    .where('state', 'in', ['planned', 'collecting'])
    .$if(listing !== undefined, (query) => query.where('listing', '=', listing ?? 0))
    .executeTakeFirst();
  return closed.numUpdatedRows > 0n;
}

/** The slice is locked before its scan, as promote does: the other order would be a deadlock. */
async function closeInVain(
  db: Db,
  runId: string,
  sliceId: string,
  { outcome, error_code, error_message, missing_permission }: SliceEnd,
): Promise<boolean> {
  const { rows } = await sql`
    with slice as (select slice_id from slices where slice_id = ${sliceId} for update),
    closed as (
      update slice_scans scans set
        state = ${outcome}, error_code = ${error_code}, error_message = ${error_message},
        missing_permission = ${missing_permission}, finished_at = now(),
        listing_order = coalesce(listing_order, nextval('listing_orders'))
      from slice
      where scans.run_id = ${runId} and scans.slice_id = slice.slice_id
        and scans.state in ('planned', 'collecting')
      returning scans.*
    ),
    noted as (
      update slices set
        last_state = closed.state, last_run_id = closed.run_id, last_order = closed.listing_order,
        scanned_at = closed.finished_at, error_code = closed.error_code,
        error_message = closed.error_message, missing_permission = closed.missing_permission
      from closed
      where slices.slice_id = closed.slice_id and closed.listing_order >= slices.last_order
    )
    select from closed
  `.execute(db);
  return rows.length > 0;
}
