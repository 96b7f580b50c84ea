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

export interface RunningRun {
  run_id: string;
  workflow_id: string;
}

/** More than ever run at once; what is left is found the next time. */
const MAX_RUNNING = 1_000;

/** Lists the runs that nobody has ended, the oldest first, but for one. */
export async function listRunningRuns(db: Db, exceptRunId: string): Promise<RunningRun[]> {
  return db
    .selectFrom('runs')
    .select(['run_id', 'workflow_id'])
    .where('status', '=', 'running')
    .where('run_id', '<>', exceptRunId)
    .orderBy('run_order')
    .limit(MAX_RUNNING)
    .execute();
}
