import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';

/** Slices that lose no more items than this are never held: few items say nothing. */
const MAX_LOSS_ITEMS = 20;

/**
 * The circuit breaker: holds each complete slice whose net population would fall too far. Items
 * that were replaced – pods of a roll-out – are no loss, nor are those whose record was there and
 * could not be read. Nothing is retired in a held slice.
 *
 * @returns how many slices are held
 */
export async function holdLossySlices(
  { trx, runId, sliceIds }: Pick<PromoteContext, 'trx' | 'runId' | 'sliceIds'>,
  maxLossPercent: number,
): Promise<number> {
  const held = await sql`
    update slice_scans scans set held_loss = loss.items
    from (
      select slice_id, count(*) as population from items
      where slice_id = any(${sliceIds}::uuid[]) and missing_since is null and retired_at is null
      group by slice_id
    ) before
    join slice_scans listed on listed.run_id = ${runId} and listed.slice_id = before.slice_id
    cross join lateral (
      select population - listed.staged_count - cardinality(listed.exempt_ids) as items
    ) loss
    where scans.run_id = ${runId} and scans.slice_id = before.slice_id
      and scans.state = 'complete'
      and loss.items > ${MAX_LOSS_ITEMS}
      and loss.items * 100 > before.population * ${maxLossPercent}
  `.execute(trx);
  return Number(held.numAffectedRows ?? 0n);
}
