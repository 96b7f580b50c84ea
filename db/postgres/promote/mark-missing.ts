import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';
import { scansOf } from './staged-rows.ts';

/**
 * Marks what a complete listing no longer has: missing at first, retired – never deleted – when
 * it has been missing in `retireAfterScans` complete scans in a row. Held slices and items whose
 * record did not parse are left alone. Keys of a missing item stop resolving at once. A status that
 * a person set holds over retirement, which then makes no version.
 *
 * @returns how many items are newly or still missing, and how many were retired now
 */
export async function markMissing(
  context: PromoteContext,
  retireAfterScans: number,
): Promise<{ missing: number; retired: number }> {
  await findMissing(context, retireAfterScans);
  await settleMissing(context);
  return countMissing(context);
}

/** Stages what is missing in `promote_missing`, locked: nobody may set a field while it is retired. */
async function findMissing(
  { trx, runId, sliceIds }: PromoteContext,
  retireAfterScans: number,
): Promise<void> {
  await sql`
    create temporary table promote_missing on commit drop as
    select items.ci_id, items.slice_id, items.missing_since is null as is_first,
      items.missing_scans + 1 >= ${retireAfterScans} as retires
    from items
    join ${scansOf(runId, sliceIds)} scans using (slice_id)
    where scans.state = 'complete' and not scans.held
      and items.retired_at is null
      and not items.ci_id = any(scans.exempt_ids)
      and not exists (select from promote_staged staged where staged.ci_id = items.ci_id)
    order by items.ci_id for update of items
  `.execute(trx);
  await sql`analyze promote_missing (ci_id)`.execute(trx);
}

/**
 * Makes what `promote_missing` says true: versions of what is retired now, since when it is missing,
 * keys that stop resolving.
 */
export async function settleMissing(context: PromoteContext): Promise<void> {
  const { trx } = context;
  await retire(context);
  await sql`
    update items set
      last_seen_at = case when gone.is_first
        then greatest(slices.proven_at, created.committed_at) else items.last_seen_at end,
      missing_since = coalesce(items.missing_since, now()),
      missing_scans = items.missing_scans + 1,
      retired_at = case when gone.retires then now() end
    from promote_missing gone join slices using (slice_id), ticks created
    where gone.ci_id = items.ci_id and created.tick = items.created_tick
  `.execute(trx);
  await sql`
    with ended as (
      update item_keys set live = false
      from promote_missing gone where item_keys.ci_id = gone.ci_id and item_keys.live
    )
    insert into relate_queue (ci_id) select ci_id from promote_missing where is_first
  `.execute(trx);
}

async function countMissing({
  trx,
  runId,
  sliceIds,
}: PromoteContext): Promise<{ missing: number; retired: number }> {
  const { rows } = await sql<{ missing: number; retired: number }>`
    with counts as (
      select slice_id, count(*) filter (where not retires) as missing,
        count(*) filter (where retires) as retired
      from promote_missing group by slice_id
    ),
    noted as (
      update slice_scans set missing = counts.missing, retired = counts.retired
      from counts join ${scansOf(runId, sliceIds)} scans using (slice_id)
      where slice_scans.ctid = scans.ctid
    )
    select coalesce(sum(missing), 0)::int as missing, coalesce(sum(retired), 0)::int as retired
    from counts
  `.execute(trx);
  return rows[0] ?? { missing: 0, retired: 0 };
}

/** Gives each item that is retired now, and of which it was not said yet, the version that says so. */
async function retire({ trx, runId, changedBy, tick }: PromoteContext): Promise<void> {
  await sql`
    create temporary table promote_retired on commit drop as
    select items.ci_id, items.body || '{"status": "retired"}' as body
    from promote_missing gone
    join items using (ci_id)
    left join item_overrides overrides on overrides.ci_id = items.ci_id
    where gone.retires and items.status <> 'retired' and not coalesce(overrides.fields ? 'status', false)
  `.execute(trx);
  await sql`analyze promote_retired (ci_id)`.execute(trx);
  await sql`
    insert into item_versions
      (ci_id, version, body, changes, run_id, changed_by, valid_from, valid_to)
    select items.ci_id, items.version, items.body, items.changes, items.run_id, items.changed_by,
      items.valid_from, ${tick}
    from items join promote_retired using (ci_id)
  `.execute(trx);
  await sql`
    update items set
      body = retired.body, changes = changed_fields(items.body, retired.body),
      version = items.version + 1, run_id = ${runId}::uuid, changed_by = ${changedBy}, valid_from = ${tick}
    from promote_retired retired where retired.ci_id = items.ci_id
  `.execute(trx);
}
