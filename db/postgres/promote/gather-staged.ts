import { sql } from 'kysely';
import type { Trx } from '../database.ts';
import { scansOf, stagedRows } from './staged-rows.ts';

/**
 * Gathers what was listed in `promote_staged`, one row an item: one that two slices listed is that
 * of the first. Documents stay where they are. A missing item whose record is listed again, but
 * cannot be read, is back as it was last known.
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
      ci_id, slice_id, content_hash, links_hash, volatile_hash, source_hash, has_document
    from (
      select ci_id, slice_id, content_hash, links_hash, volatile_hash, source_hash,
        document is not null as has_document, false as is_unreadable
      from ${stagedRows(runId, sliceIds)} staged
      union all
      select items.ci_id, scans.slice_id, content_hash, links_hash, volatile_hash,
        item_sources.source_hash, false, true
      from ${scansOf(runId, sliceIds)} scans
      cross join unnest(scans.exempt_ids) exempt_id
      join items on items.ci_id = exempt_id
      left join item_sources on item_sources.ci_id = items.ci_id
      where items.missing_since is not null
    ) listed
    order by ci_id, is_unreadable, slice_id
  `.execute(trx);
  await sql`create unique index on promote_staged (ci_id)`.execute(trx);
  await sql`analyze promote_staged`.execute(trx);
}
