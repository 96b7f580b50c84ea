import { sql } from 'kysely';
import type { Trx } from '../database.ts';

/**
 * Gathers what was staged in `promote_staged`, one row an item: an item that two slices listed is
 * that of the first. Documents stay where they are.
 *
 * A table of its own, because the statistics of `staged_items`, which fills and empties all day, are
 * always wrong: planned on them, the search for missing items has run for minutes.
 */
export async function gatherStaged(
  trx: Trx,
  runId: string,
  sliceIds: readonly string[],
): Promise<void> {
  await sql`
    create temporary table promote_staged on commit drop as
    select distinct on (ci_id)
      ci_id, slice_id, content_hash, links_hash, volatile_hash, source_hash,
      document is not null as has_document
    from staged_items
    where run_id = ${runId} and slice_id = any(${sliceIds}::uuid[])
    order by ci_id, slice_id
  `.execute(trx);
  await sql`create unique index on promote_staged (ci_id)`.execute(trx);
  await sql`analyze promote_staged`.execute(trx);
}
