import { sql } from 'kysely';
import type { PromoteContext } from './context.ts';
import { scansOf } from './staged-rows.ts';

export interface Adopted {
  added: number;
  changed: number;
  resurrected: number;
  /** Items written in any way, also without a new version. */
  touched: number;
}

/**
 * Inserts new items and gives changed ones a new version; the version before it moves to
 * `item_versions`. Items that equal the present are not written.
 *
 * An item that another slice listed before moves to the slice that lists it now.
 */
export async function adoptStaged(context: PromoteContext): Promise<Adopted> {
  const { trx, runId, changedBy, tick, stagedDocument } = context;
  await findChanged(context);

  await sql`
    insert into item_versions
      (ci_id, version, body, changes, run_id, changed_by, valid_from, valid_to)
    select items.ci_id, items.version, items.body, items.changes, items.run_id, items.changed_by,
      items.valid_from, ${tick}
    from items join promote_changed changed using (ci_id)
    where changed.new_version
  `.execute(trx);
  await sql`
    update items set
      slice_id = changed.slice_id,
      body = changed.body,
      observed_status = changed.observed_status,
      content_hash = changed.content_hash,
      links_hash = changed.links_hash,
      volatile_hash = changed.volatile_hash,
      version = items.version + changed.new_version::int,
      changes = case when changed.new_version
        then changed_fields(items.body, changed.body) else items.changes end,
      run_id = case when changed.new_version then ${runId}::uuid else items.run_id end,
      changed_by = case when changed.new_version then ${changedBy} else items.changed_by end,
      valid_from = case when changed.new_version then ${tick} else items.valid_from end,
      last_seen_at = null, missing_since = null, missing_scans = 0, retired_at = null
    from promote_changed changed where changed.ci_id = items.ci_id
  `.execute(trx);
  await sql`
    update item_overrides set observed = changed.observed
    from promote_changed changed
    where changed.ci_id = item_overrides.ci_id and changed.observed <> item_overrides.observed
  `.execute(trx);
  const inserted = await sql<{ slice_id: string; count: number }>`
    with inserted as (
      insert into items (
        ci_id, slice_id, provider, account, resource_type, body, observed_status,
        content_hash, links_hash, volatile_hash, version, changes, run_id, changed_by,
        created_tick, valid_from
      )
      select
        staged.ci_id, staged.slice_id, scopes.provider, scopes.account, slices.resource_type,
        listed.document->'body', listed.document->'body'->>'status',
        staged.content_hash, staged.links_hash, staged.volatile_hash,
        1, '{}', ${runId}::uuid, ${changedBy}::text, ${tick}, ${tick}
      from promote_staged staged
      cross join ${stagedDocument} listed
      join slices on slices.slice_id = staged.slice_id
      join scopes on scopes.scope_id = slices.scope_id
      where staged.has_document
        and not exists (select from items where items.ci_id = staged.ci_id)
      returning slice_id
    )
    select slice_id, count(*) as count from inserted group by slice_id
  `.execute(trx);
  await adoptVolatile(context);
  return countAdopted(context, inserted.rows);
}

/**
 * Stages the items to rewrite in `promote_changed`, one row each, for the steps that follow: what
 * was observed, with what people set laid over it. They are locked first, so that nobody sets a
 * field between the reading and the writing.
 */
async function findChanged({ trx, stagedDocument }: PromoteContext): Promise<void> {
  await sql`
    create temporary table promote_differing on commit drop as
    select items.ci_id from promote_staged staged join items using (ci_id)
    where items.content_hash <> staged.content_hash
      or items.links_hash <> staged.links_hash
      or items.volatile_hash <> staged.volatile_hash
      or items.slice_id <> staged.slice_id
      or items.missing_since is not null
      or items.retired_at is not null
    order by items.ci_id for update of items
  `.execute(trx);
  await sql`analyze promote_differing`.execute(trx);
  await sql`
    create temporary table promote_changed on commit drop as
    select
      items.ci_id, staged.slice_id,
      staged.content_hash, staged.links_hash, staged.volatile_hash,
      effective.body, told.body->>'status' as observed_status,
      case when overrides.ci_id is not null
        then observed_under(told.body, overrides.fields) end as observed,
      effective.body <> items.body as new_version,
      items.links_hash <> staged.links_hash as new_links,
      items.missing_since is not null as was_missing,
      items.retired_at is not null as was_retired
    from promote_differing
    join promote_staged staged using (ci_id)
    join items using (ci_id)
    left join ${stagedDocument} listed on true
    left join item_overrides overrides on overrides.ci_id = items.ci_id
    cross join lateral (
      select coalesce(
        listed.document->'body',
        observed_body(items.body, items.observed_status, overrides.fields, overrides.observed)
      ) as body
    ) told
    cross join lateral (
      select told.body || coalesce(overrides.fields, '{}') as body
    ) effective
  `.execute(trx);
  // Unknown, a table is taken for a large one: for ten items the whole inventory would be read.
  await sql`analyze promote_changed (ci_id)`.execute(trx);
}

async function adoptVolatile({ trx, tick, stagedDocument }: PromoteContext): Promise<void> {
  await sql`
    insert into item_volatile (ci_id, fields, tick)
    select staged.ci_id, listed.document->'volatile', ${tick}::bigint
    from promote_staged staged
    cross join ${stagedDocument} listed
    where staged.has_document
      and (
        listed.document->'volatile' <> '{}'
        or exists (select from item_volatile known where known.ci_id = staged.ci_id)
      )
    on conflict (ci_id) do update set fields = excluded.fields, tick = excluded.tick
    where item_volatile.fields <> excluded.fields
  `.execute(trx);
}

async function countAdopted(
  { trx, runId, sliceIds }: PromoteContext,
  inserted: ReadonlyArray<{ slice_id: string; count: number }>,
): Promise<Adopted> {
  const { rows } = await sql<{
    slice_id: string;
    changed: number;
    resurrected: number;
    touched: number;
  }>`
    select slice_id,
      count(*) filter (where new_version and not was_retired) as changed,
      count(*) filter (where was_retired) as resurrected,
      count(*) as touched
    from promote_changed group by slice_id
  `.execute(trx);
  const added = inserted.map((row) => ({ slice_id: row.slice_id, added: row.count }));
  await sql`
    update slice_scans set
      added = coalesce(counts.added, 0),
      changed = coalesce(counts.changed, 0),
      resurrected = coalesce(counts.resurrected, 0)
    from (
      select coalesce(inserted.slice_id, rewritten.slice_id) as slice_id,
        inserted.added, rewritten.changed, rewritten.resurrected
      from json_to_recordset(${JSON.stringify(added)}::json) as inserted (slice_id uuid, added int)
      full join json_to_recordset(${JSON.stringify(rows)}::json)
        as rewritten (slice_id uuid, changed int, resurrected int) using (slice_id)
    ) counts
    join ${scansOf(runId, sliceIds)} scans using (slice_id)
    where slice_scans.ctid = scans.ctid
  `.execute(trx);
  const totals = { added: 0, changed: 0, resurrected: 0, touched: 0 };
  for (const row of inserted) {
    totals.added += row.count;
    totals.touched += row.count;
  }
  for (const row of rows) {
    totals.changed += row.changed;
    totals.resurrected += row.resurrected;
    totals.touched += row.touched;
  }
  return totals;
}
