import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { Run } from './get-run.ts';

/** Lists the newest runs, newest first. */
export async function listRuns(db: Db, limit: number): Promise<Run[]> {
  const { rows } = await sql<Run>`
    select runs.run_id, workflow_id, request, status, started_at, finished_at, errors,
      counts.total as slices_total, counts.done as slices_done
    from runs
    cross join lateral (
      select count(*) as total,
        count(*) filter (where state not in ('planned', 'collecting')) as done
      from slice_scans where slice_scans.run_id = runs.run_id
    ) counts
    order by run_order desc limit ${limit}
  `.execute(db);
  return rows;
}
