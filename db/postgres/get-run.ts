import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { DiscoveryRequest, RunError, RunStatus, SliceState } from '../../model/scope.ts';
import type { Db } from './database.ts';

export interface RunSlice {
  slice_id: string;
  provider: string;
  account: string;
  account_name: string | null;
  region: string;
  resource_type: string;
  state: SliceState;
  /** Different items listed so far. */
  items: number;
  pages: number;
  rejected: number;
  added: number;
  changed: number;
  missing: number;
  retired: number;
  resurrected: number;
  held: boolean;
  error_code: string | null;
  error_message: string | null;
  missing_permission: string | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface Run {
  run_id: string;
  workflow_id: string;
  request: DiscoveryRequest;
  status: RunStatus;
  started_at: Date;
  finished_at: Date | null;
  errors: RunError[];
  slices_total: number;
  slices_done: number;
}

/** @param id a run id, or a workflow id, which stands for its newest run */
export async function getRun(db: Db, id: string): Promise<Run | null> {
  const { rows } = await sql<Run>`
    select runs.run_id, workflow_id, request, status, started_at, finished_at, errors,
      counts.total as slices_total, counts.done as slices_done
    from runs
    cross join lateral (
      select count(*) as total,
        count(*) filter (where state not in ('planned', 'collecting')) as done
      from slice_scans where slice_scans.run_id = runs.run_id
    ) counts
    where ${isUuid(id) ? sql`run_id = ${id}` : sql`workflow_id = ${id}`}
    order by run_order desc limit 1
  `.execute(db);
  return rows[0] ?? null;
}

/**
 * The slices of a run by provider, account, region and type.
 *
 * @param limit how many at most; a run can have many thousands
 */
export async function listRunSlices(db: Db, runId: string, limit: number): Promise<RunSlice[]> {
  const { rows } = await sql<RunSlice>`
    select scans.slice_id, provider, account, account_name, region, resource_type, state,
      staged_count as items, page_count as pages, rejected_count as rejected, added, changed,
      missing, retired, resurrected, held, scans.error_code, scans.error_message,
      scans.missing_permission, started_at, finished_at
    from slice_scans scans
    join slices using (slice_id)
    join scopes on scopes.scope_id = slices.scope_id
    where scans.run_id = ${runId}
    order by provider, account, region, resource_type
    limit ${limit}
  `.execute(db);
  return rows;
}
