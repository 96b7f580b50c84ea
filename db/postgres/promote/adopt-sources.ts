import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';

/**
 * Remembers which record each item was made of, so that the same record is not mapped again. Written
 * where it differs only; it is no part of the item and makes no version.
 */
export async function adoptSources({ trx }: PromoteContext): Promise<void> {
  await sql`
    insert into item_sources (ci_id, source_hash)
    select staged.ci_id, staged.source_hash
    from promote_staged staged
    left join item_sources present on present.ci_id = staged.ci_id
    where staged.source_hash is distinct from present.source_hash
    on conflict (ci_id) do update set source_hash = excluded.source_hash
  `.execute(trx);
}
