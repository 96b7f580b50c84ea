import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';

/**
 * Remembers which record each item was made of, so that the same record is not mapped again. Written
 * where it differs only; it is no part of the item and makes no version.
 */
export async function adoptSources({ trx, runId, sliceIds }: PromoteContext): Promise<void> {
  await sql`
    insert into item_sources (ci_id, source_hash)
    select distinct on (staged.ci_id) staged.ci_id, staged.source_hash
    from staged_items staged
    left join item_sources present on present.ci_id = staged.ci_id
    where staged.run_id = ${runId} and staged.slice_id = any(${sliceIds}::uuid[])
      and staged.source_hash is distinct from present.source_hash
    order by staged.ci_id, staged.slice_id
    on conflict (ci_id) do update set source_hash = excluded.source_hash
  `.execute(trx);
}
