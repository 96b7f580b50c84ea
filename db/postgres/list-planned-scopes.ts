import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface PlannedSlice {
  slice_id: string;
  resource_type: string;
  /** Pages with records that its last outcome had; null for a slice that never had one. */
  last_page_count: number | null;
}

export interface ScopeSlices {
  scope_id: string;
  region: string;
  /** Null for any worker. */
  task_queue: string | null;
  slices: PlannedSlice[];
}

export interface PlannedScopePage {
  scopes: ScopeSlices[];
  /** Where the next page begins; null at the end. */
  next_after_scope_id: string | null;
}

/**
 * Reads the plan of one account in a run, whole scopes at a time, in the order of their ids.
 * A page has about `max_slices` slices: as many scopes as fit, and one at least.
 */
export async function listPlannedScopes(
  db: Db,
  page: {
    run_id: string;
    provider: string;
    account: string;
    after_scope_id: string | null;
    max_slices: number;
  },
): Promise<PlannedScopePage> {
  const { rows } = await sql<ScopeSlices & { has_more: boolean }>`
    with planned as (
      select scopes.scope_id, scopes.region, max(scans.task_queue) as task_queue,
        json_agg(json_build_object(
          'slice_id', scans.slice_id, 'resource_type', slices.resource_type,
          'last_page_count', last.page_count
        ) order by slices.resource_type) as slices,
        sum(count(*)) over (order by scopes.scope_id) - count(*) as slices_before,
        lead(scopes.scope_id) over (order by scopes.scope_id) is not null as has_more
      from scopes
      join slices on slices.scope_id = scopes.scope_id
      join slice_scans scans on scans.slice_id = slices.slice_id and scans.run_id = ${page.run_id}
      left join slice_scans last on last.slice_id = slices.slice_id
        and last.run_id = slices.last_run_id
      where scopes.provider = ${page.provider} and scopes.account = ${page.account}
        and scopes.scope_id > coalesce(
          ${page.after_scope_id}::uuid, '00000000-0000-0000-0000-000000000000')
      group by scopes.scope_id, scopes.region
    )
    select scope_id, region, task_queue, slices, has_more from planned
    where slices_before = 0 or slices_before + json_array_length(slices) <= ${page.max_slices}
    order by scope_id
  `.execute(db);
  const last = rows.at(-1);
  return {
    scopes: rows.map(({ has_more: _, ...scope }) => scope),
    next_after_scope_id: last?.has_more ? last.scope_id : null,
  };
}
