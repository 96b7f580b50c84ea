import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';
import { scansOf } from './staged-rows.ts';

/** Slices that lose no more items than this are never held: few items say nothing. */
const MAX_LOSS_ITEMS = 20;

/**
 * The circuit breaker: holds each complete slice whose net population would fall too far. Items
 * that were replaced – pods of a roll-out – are no loss, nor are those whose record was there and
 * could not be read. Nothing is retired in a held slice; what it would have lost is kept in
 * `held_items`, for a person to look at.
 *
 * A loss that a person approved is taken off before the rest is judged: a few items more than
 * approved go with it, as they would from any slice, and so much more that it would be held by
 * itself holds the slice again. Either way the approval is spent: it was given for what the person
 * saw.
 *
 * @returns how many slices are held
 */
export async function holdLossySlices(
  context: Pick<PromoteContext, 'trx' | 'runId' | 'sliceIds'>,
  maxLossPercent: number,
): Promise<number> {
  const { trx, runId, sliceIds } = context;
  const tripsBreaker = (approved: ReturnType<typeof sql>) => sql`(
    loss.items - ${approved} > ${MAX_LOSS_ITEMS}
    and (loss.items - ${approved}) * 100 > (before.population - ${approved}) * ${maxLossPercent}
  )`;
  const { rows } = await sql<{ slice_id: string }>`
    with judged as (
      select listed.ctid as scan_place, listed.slice_id, approval.approval_id, loss.items as loss,
        ${tripsBreaker(sql`0`)} as is_lossy,
        ${tripsBreaker(sql`coalesce(approval.loss, 0)`)} as is_held
      from ${scansOf(runId, sliceIds)} listed
      cross join lateral (
        select count(*) as population from items
        where items.slice_id = listed.slice_id and missing_since is null and retired_at is null
      ) before
      cross join lateral (
        select before.population - listed.staged_count - cardinality(listed.exempt_ids) as items
      ) loss
      left join loss_approvals approval
        on approval.slice_id = listed.slice_id and approval.spent_at is null
      where listed.state = 'complete'
    ),
    spent as (
      update loss_approvals approval set
        spent_run_id = ${runId}::uuid, spent_at = now(),
        outcome = case when is_held then 'exceeded' when is_lossy then 'used' else 'not_needed' end
      from judged where approval.approval_id = judged.approval_id
    ),
    forgotten as (
      delete from held_items using judged where held_items.slice_id = judged.slice_id
    )
    update slice_scans scans set held_loss = judged.loss
    from judged
    where scans.ctid = judged.scan_place and judged.is_held
    returning scans.slice_id
  `.execute(trx);
  if (rows.length > 0) {
    const held = rows.map((row) => row.slice_id);
    await rememberHeldItems({ trx, runId, sliceIds: held });
  }
  return rows.length;
}

/** Call it after `gatherStaged`. */
async function rememberHeldItems({
  trx,
  runId,
  sliceIds,
}: Pick<PromoteContext, 'trx' | 'runId' | 'sliceIds'>): Promise<void> {
  await sql`
    insert into held_items (slice_id, ci_id)
    select items.slice_id, items.ci_id
    from items
    join ${scansOf(runId, sliceIds)} scans using (slice_id)
    where items.missing_since is null and items.retired_at is null
      and not items.ci_id = any(scans.exempt_ids)
      and not exists (select from promote_staged staged where staged.ci_id = items.ci_id)
  `.execute(trx);
}
