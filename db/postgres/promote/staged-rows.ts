import { type RawBuilder, sql } from 'kysely';

/*
 * Statistics of what runs write and prune all day are always wrong: the planner takes a run for a
 * row or two, and then reads all of it for each slice, or for each item. `offset 0` keeps a
 * subquery from being merged into its statement, so that each of its rows is what an index finds,
 * whatever the planner takes the table for.
 */

/** What a run has staged of these slices, read slice by slice: a relation to select from. */
export function stagedRows(runId: string, sliceIds: readonly string[]): RawBuilder<unknown> {
  return rowsOf('staged_items', runId, sliceIds);
}

/**
 * A run's scans of these slices, read one by one: a relation to select from, with `ctid` to update by.
 * What no run says, such as a declaration, has none.
 */
export function scansOf(runId: string | null, sliceIds: readonly string[]): RawBuilder<unknown> {
  return rowsOf('slice_scans', runId, sliceIds);
}

function rowsOf(
  table: 'staged_items' | 'slice_scans',
  runId: string | null,
  sliceIds: readonly string[],
): RawBuilder<unknown> {
  return sql`(
    select found.*
    from unnest(${sliceIds}::uuid[]) as slices (slice_id)
    cross join lateral (
      select ctid, * from ${sql.table(table)} of_run
      where run_id = ${runId} and of_run.slice_id = slices.slice_id offset 0
    ) found
  )`;
}

/** The document of one row of `staged` in the same statement: a lateral relation. */
export function stagedDocument(runId: string): RawBuilder<unknown> {
  return sql`lateral (
    select document from staged_items
    where run_id = ${runId} and slice_id = staged.slice_id and ci_id = staged.ci_id offset 0
  )`;
}
