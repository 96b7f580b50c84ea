import { sql } from 'kysely';
import { openTick, sealTick } from './clock.ts';
import type { Db, Trx } from './database.ts';
import { adoptLinks } from './promote/adopt-links.ts';
import { adoptSources } from './promote/adopt-sources.ts';
import { adoptStaged } from './promote/adopt-staged.ts';
import { gatherStaged } from './promote/gather-staged.ts';
import { markMissing } from './promote/mark-missing.ts';

export interface PromotePolicy {
  /** In how many complete scans in a row an item must be missing before it is retired. */
  retire_after_scans: number;
  /** A slice whose population falls by more than this share, and more than 20, is held. */
  max_loss_percent: number;
}

/** How many items a promotion … */
export interface PromoteCounts {
  added: number;
  /** … gave a new version, other than by retiring or resurrecting them. */
  changed: number;
  /** … found missing in a complete listing, and not yet retired. */
  missing: number;
  retired: number;
  resurrected: number;
  /** Slices in which the circuit breaker stopped retirement. */
  held_slices: number;
}

/** A newer run has promoted one of these slices: what this run listed is older than the present. */
export class StaleRunError extends Error {
  override name = 'StaleRunError';
  readonly code = 'stale_run';
}

/** What is staged is not what the scan counted, or not enough to tell the item's content. */
export class StagingMismatchError extends Error {
  override name = 'StagingMismatchError';
  readonly code = 'staging_mismatch';
}

/**
 * Makes one scope's staged items current, in one transaction.
 *
 * A slice that was not listed to its end is upserted but never retired: "not seen" proves deletion
 * only when everything was seen. Safe to run again: a second call changes nothing.
 *
 * @returns what changed; the rows carry one tick, which is the outbox entry for the graph, and the
 *   items whose keys or references changed wait in `relate_queue`
 * @throws {StaleRunError} when a newer run has already promoted one of these slices
 * @throws {StagingMismatchError} when the staging is not what the scans claim
 */
export async function promoteScope(
  db: Db,
  runId: string,
  scopeId: string,
  policy: PromotePolicy,
): Promise<PromoteCounts> {
  return db.transaction().execute(async (trx) => {
    const sliceIds = await lockPromotableSlices(trx, runId, scopeId);
    if (sliceIds.length === 0) return noChanges();
    await checkCounts(trx, runId, sliceIds);
    await gatherStaged(trx, runId, sliceIds);
    await checkUnchanged(trx);

    const tick = await openTick(trx, runId);
    const context = { trx, runId, sliceIds, tick };
    const held = await holdLossySlices(trx, runId, sliceIds, policy.max_loss_percent);
    const adopted = await adoptStaged(context);
    await adoptLinks(context);
    await adoptSources(context);
    const vanished = await markMissing(context, policy.retire_after_scans);
    await closeSlices(trx, runId, sliceIds);

    if (adopted.touched + vanished.missing + vanished.retired === 0) {
      await trx.deleteFrom('ticks').where('tick', '=', tick).execute();
    } else {
      await sealTick(trx, tick);
    }
    const { added, changed, resurrected } = adopted;
    return { added, changed, resurrected, ...vanished, held_slices: held };
  });
}

function noChanges(): PromoteCounts {
  return { added: 0, changed: 0, missing: 0, retired: 0, resurrected: 0, held_slices: 0 };
}

/** Locks the slices of the scope in a fixed order and returns those that have something to say. */
async function lockPromotableSlices(trx: Trx, runId: string, scopeId: string): Promise<string[]> {
  const { rows } = await sql<{ slice_id: string; is_stale: boolean }>`
    select slices.slice_id, slices.promoted_order > runs.run_order as is_stale
    from slices
    join slice_scans scans on scans.slice_id = slices.slice_id and scans.run_id = ${runId}
    join runs on runs.run_id = scans.run_id
    where slices.scope_id = ${scopeId}
      and scans.state in ('complete', 'partial') and scans.promoted_at is null
    order by slices.slice_id
    for update of slices
  `.execute(trx);
  const stale = rows.find((row) => row.is_stale);
  if (stale) {
    throw new StaleRunError(
      `A newer run has already promoted slice ${stale.slice_id}; run ${runId} is out of date.`,
    );
  }
  return rows.map((row) => row.slice_id);
}

async function checkCounts(trx: Trx, runId: string, sliceIds: readonly string[]): Promise<void> {
  const { rows } = await sql<{ slice_id: string; claimed: number; staged: number }>`
    select scans.slice_id, scans.staged_count as claimed, count(staged.ci_id) as staged
    from slice_scans scans
    left join staged_items staged
      on staged.run_id = scans.run_id and staged.slice_id = scans.slice_id
    where scans.run_id = ${runId} and scans.slice_id = any(${sliceIds}::uuid[])
    group by scans.slice_id, scans.staged_count
    having scans.staged_count <> count(staged.ci_id)
  `.execute(trx);
  const [wrong] = rows;
  if (wrong) {
    throw new StagingMismatchError(
      `Slice ${wrong.slice_id} claims ${wrong.claimed} staged items, but ${wrong.staged} are there.`,
    );
  }
}

/** What was staged without its document must still be as it was when it was looked up. */
async function checkUnchanged(trx: Trx): Promise<void> {
  const incomplete = await sql<{ ci_id: string }>`
    select staged.ci_id from promote_staged staged
    left join items on items.ci_id = staged.ci_id
    where not staged.has_document
      and (items.content_hash, items.links_hash, items.volatile_hash)
        is distinct from (staged.content_hash, staged.links_hash, staged.volatile_hash)
    limit 1
  `.execute(trx);
  const [bare] = incomplete.rows;
  if (bare) {
    throw new StagingMismatchError(
      `Item ${bare.ci_id} was staged as unchanged, but has changed since; the next run will tell.`,
    );
  }
}

/** Slices smaller than this many lost items are never held: few items say nothing. */
const MAX_LOSS_ITEMS = 20;

/**
 * The circuit breaker: holds each complete slice whose net population would fall too far. Items
 * that were replaced – pods of a roll-out – are no loss. Nothing is retired in a held slice.
 */
async function holdLossySlices(
  trx: Trx,
  runId: string,
  sliceIds: readonly string[],
  maxLossPercent: number,
): Promise<number> {
  const held = await sql`
    update slice_scans scans set held = true
    from (
      select slice_id, count(*) as population from items
      where slice_id = any(${sliceIds}::uuid[]) and missing_since is null and retired_at is null
      group by slice_id
    ) before
    where scans.run_id = ${runId} and scans.slice_id = before.slice_id
      and scans.state = 'complete'
      and before.population - scans.staged_count > ${MAX_LOSS_ITEMS}
      and (before.population - scans.staged_count) * 100 > before.population * ${maxLossPercent}
  `.execute(trx);
  return Number(held.numAffectedRows ?? 0n);
}

/** The proof of a complete slice begins; what was staged has done its work. */
async function closeSlices(trx: Trx, runId: string, sliceIds: readonly string[]): Promise<void> {
  await sql`
    update slices set
      proven_at = case when scans.state = 'complete' and not scans.held
        then scans.finished_at else slices.proven_at end,
      promoted_order = runs.run_order,
      population = live.count
    from slice_scans scans
    join runs on runs.run_id = scans.run_id
    cross join lateral (
      select count(*) as count from items
      where items.slice_id = scans.slice_id and missing_since is null and retired_at is null
    ) live
    where scans.run_id = ${runId} and scans.slice_id = any(${sliceIds}::uuid[])
      and slices.slice_id = scans.slice_id
  `.execute(trx);
  await sql`
    update slice_scans set promoted_at = now()
    where run_id = ${runId} and slice_id = any(${sliceIds}::uuid[])
  `.execute(trx);
  await sql`
    delete from staged_items where run_id = ${runId} and slice_id = any(${sliceIds}::uuid[])
  `.execute(trx);
}
