import { sql } from 'kysely';
import type { Scope, SliceOutcome } from '../../model/scope.ts';
import type { Db } from './database.ts';

/** A slice in a run, with what is needed to list it. */
export interface SliceScan extends Scope {
  slice_id: string;
  scope_id: string;
  resource_type: string;
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
  const opened = await db
    .updateTable('slice_scans')
    .set({
      state: 'collecting',
      started_at: sql`coalesce(started_at, now())`,
      listing_order: sql`coalesce(listing_order, nextval('listing_orders'))`,
    })
    .where('run_id', '=', runId)
    .where('slice_id', '=', sliceId)
    .where('state', 'in', ['planned', 'collecting'])
    .returning('slice_id')
    .executeTakeFirst();
  if (!opened) return null;
  return db
    .selectFrom('slices')
    .innerJoin('scopes', 'scopes.scope_id', 'slices.scope_id')
    .select([
      'slices.slice_id',
      'slices.scope_id',
      'slices.resource_type',
      'scopes.provider',
      'scopes.account',
      'scopes.account_name',
      'scopes.region',
    ])
    .$narrowType<{ provider: Scope['provider'] }>()
    .where('slices.slice_id', '=', sliceId)
    .executeTakeFirstOrThrow();
}

/**
 * Records how the listing of a slice ended. An outcome that stands already is kept, so that a
 * late attempt cannot turn a finished slice into another.
 *
 * @returns whether this call ended it
 */
export async function closeSliceScan(
  db: Db,
  runId: string,
  sliceId: string,
  end: SliceEnd,
): Promise<boolean> {
  const { outcome, ...error } = end;
  const closed = await db
    .updateTable('slice_scans')
    .set({ state: outcome, ...error, finished_at: sql`now()` })
    .where('run_id', '=', runId)
    .where('slice_id', '=', sliceId)
    .where('state', 'in', ['planned', 'collecting'])
    .executeTakeFirst();
  return closed.numUpdatedRows > 0n;
}
