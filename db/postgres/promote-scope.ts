import { sql } from 'kysely';
import { openTick, sealTick } from './clock.ts';
import type { Db, Trx } from './database.ts';
import { adoptLinks } from './promote/adopt-links.ts';
import { adoptSources } from './promote/adopt-sources.ts';
import { adoptStaged } from './promote/adopt-staged.ts';
import { closeSlices, refuseSlices } from './promote/close-slices.ts';
import { runContext } from './promote/context.ts';
import { gatherStaged } from './promote/gather-staged.ts';
import { holdLossySlices } from './promote/hold-lossy-slices.ts';
import { markMissing } from './promote/mark-missing.ts';
import { noteAbsences } from './promote/note-absences.ts';
import { scansOf, stagedRows } from './promote/staged-rows.ts';

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

/** A newer listing of a slice is promoted: what this run listed there is older than the present. */
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
 * only when everything was seen. A slice that is refused stops none of the others: they are promoted
 * first. Safe to run again: a second call changes nothing.
 *
 * @returns what changed; the rows carry one tick, which is the outbox entry for the graph, and the
 *   items whose keys or references changed wait in `relate_queue`
 * @throws {StaleRunError} when a newer listing of one of these slices is already promoted
 * @throws {StagingMismatchError} when the staging of one is not what its scan claims
 */
export async function promoteScope(
  db: Db,
  runId: string,
  scopeId: string,
  policy: PromotePolicy,
): Promise<PromoteCounts> {
  const { counts, refusal } = await db.transaction().execute(async (trx) => {
    const locked = await lockPromotableSlices(trx, runId, scopeId);
    const { sliceIds, refusal } = await checkStaging(trx, runId, locked);
    const counts = sliceIds.length > 0 ? await promote(trx, runId, sliceIds, policy) : noChanges();
    return { counts, refusal };
  });
  if (refusal) throw refusal;
  return counts;
}

async function promote(
  trx: Trx,
  runId: string,
  sliceIds: readonly string[],
  policy: PromotePolicy,
): Promise<PromoteCounts> {
  await gatherStaged(trx, runId, sliceIds);
  const tick = await openTick(trx);
  const context = runContext(trx, runId, sliceIds, tick);
  const held = await holdLossySlices(context, policy.max_loss_percent);
  const adopted = await adoptStaged(context);
  await adoptLinks(context);
  await adoptSources(context);
  const vanished = await markMissing(context, policy.retire_after_scans);
  await closeSlices(context);

  if (adopted.touched + vanished.missing + vanished.retired > 0) {
    await noteAbsences(context);
    await sealTick(trx, tick, runId);
  }
  const { added, changed, resurrected } = adopted;
  return { added, changed, resurrected, ...vanished, held_slices: held };
}

function noChanges(): PromoteCounts {
  return { added: 0, changed: 0, missing: 0, retired: 0, resurrected: 0, held_slices: 0 };
}

/** Slices that may be promoted, and why others of the scope may not. */
interface Admitted {
  sliceIds: string[];
  refusal: StaleRunError | StagingMismatchError | null;
}

/**
 * Locks the slices of the scope in a fixed order and returns those that have something to say. The
 * scans are locked too: who waits here must see what the transaction before it wrote there.
 */
async function lockPromotableSlices(trx: Trx, runId: string, scopeId: string): Promise<Admitted> {
  const { rows } = await sql<{ slice_id: string; is_stale: boolean }>`
    select slices.slice_id, slices.promoted_order > scans.listing_order as is_stale
    from slices
    join slice_scans scans on scans.slice_id = slices.slice_id and scans.run_id = ${runId}
    where slices.scope_id = ${scopeId}
      and scans.state in ('complete', 'partial') and scans.promoted_at is null
    order by slices.slice_id
    for update of slices, scans
  `.execute(trx);
  const stale = rows.find((row) => row.is_stale);
  return {
    sliceIds: rows.filter((row) => !row.is_stale).map((row) => row.slice_id),
    refusal: stale
      ? new StaleRunError(
          `A newer listing of slice ${stale.slice_id} is promoted; run ${runId} is out of date.`,
        )
      : null,
  };
}

const MISMATCH = 'What was staged of it is not what its listing claims; the next run will tell.';

/** Leaves out the slices whose staging cannot be trusted, and notes that of them. */
async function checkStaging(
  trx: Trx,
  runId: string,
  { sliceIds, refusal }: Admitted,
): Promise<Admitted> {
  const { rows } = await sql<{ slice_id: string; reason: string }>`
    select scans.slice_id,
      format('claims %s staged items, but %s are there', scans.staged_count, count(staged.ci_id))
        as reason
    from ${scansOf(runId, sliceIds)} scans
    left join ${stagedRows(runId, sliceIds)} staged using (run_id, slice_id)
    group by scans.slice_id, scans.staged_count
    having scans.staged_count <> count(staged.ci_id)
    union all
    select staged.slice_id,
      format('has item %s staged as unchanged, which has changed since; the next run will tell',
        (array_agg(staged.ci_id))[1])
    from ${stagedRows(runId, sliceIds)} staged
    left join items on items.ci_id = staged.ci_id
    where staged.document is null
      and (items.content_hash, items.links_hash, items.volatile_hash)
        is distinct from (staged.content_hash, staged.links_hash, staged.volatile_hash)
    group by staged.slice_id
  `.execute(trx);
  const wrong = new Set(rows.map((row) => row.slice_id));
  const [first] = rows;
  if (first) await refuseSlices(trx, runId, [...wrong], 'staging_mismatch', MISMATCH);
  return {
    sliceIds: sliceIds.filter((sliceId) => !wrong.has(sliceId)),
    refusal:
      refusal ??
      (first ? new StagingMismatchError(`Slice ${first.slice_id} ${first.reason}.`) : null),
  };
}
