import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** @returns the ids of the runs that ended before a time, the oldest first */
export async function listOldRuns(db: Db, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('run_id')
    .where('finished_at', '<', before)
    .where('status', '<>', 'running')
    .orderBy('run_order')
    .execute();
  return rows.map((row) => row.run_id);
}

/**
 * Deletes the scans of an old run, with the records that were rejected in them, in the order of
 * their slices. Two scans of each slice are kept however old they are: the newest, and the one
 * that proved the slice last before the time: it tells when what was there then was last seen.
 *
 * @param after the slice that the call before came to
 * @returns the last slice that was looked at; null at the end
 */
export async function pruneScans(
  db: Db,
  runId: string,
  before: Date,
  after: string,
  limit: number,
): Promise<{ deleted: number; next_after: string | null }> {
  const { rows } = await sql<{ deleted: number; looked_at: number; last: string | null }>`
    with page as (
      select scan.*, runs.run_order from slice_scans scan join runs using (run_id)
      where scan.run_id = ${runId} and scan.slice_id > ${after}
      order by scan.slice_id limit ${limit}
    ),
    doomed as (
      delete from slice_scans using page
      where slice_scans.run_id = page.run_id and slice_scans.slice_id = page.slice_id
        and exists (
          select from slice_scans newer join runs using (run_id)
          where newer.slice_id = page.slice_id and runs.run_order > page.run_order
        )
        and not (
          page.state = 'complete' and not page.held and page.promoted_at <= ${before}
          and not exists (
            select from slice_scans later
            where later.slice_id = page.slice_id and later.state = 'complete' and not later.held
              and later.promoted_at > page.promoted_at and later.promoted_at <= ${before}
          )
        )
      returning slice_scans.slice_id
    )
    select (select count(*) from doomed) as deleted, count(*) as looked_at,
      max(slice_id::text) as last
    from page
  `.execute(db);
  const { deleted, looked_at, last } = rows[0] ?? { deleted: 0, looked_at: 0, last: null };
  return { deleted, next_after: looked_at === limit ? last : null };
}

/** Deletes the old runs of which no scan is left. @returns how many */
export async function pruneRuns(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('runs')
    .where('finished_at', '<', before)
    .where('status', '<>', 'running')
    .where((runs) =>
      runs.not(
        runs.exists(
          runs
            .selectFrom('slice_scans')
            .select('slice_scans.slice_id')
            .whereRef('slice_scans.run_id', '=', 'runs.run_id'),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
