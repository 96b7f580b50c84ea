import { sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * Takes over, for an account's slices that this run planned and another run listed meanwhile, how
 * that listing ended. Only listings that finished after this run began count: an older one would
 * not be what was asked for.
 */
export async function adoptOutcomes(
  db: Db,
  runId: string,
  provider: string,
  account: string,
): Promise<void> {
  await sql`
    update slice_scans mine set
      state = other.state, error_code = other.error_code, error_message = other.error_message,
      missing_permission = other.missing_permission, held = other.held,
      started_at = other.started_at, finished_at = other.finished_at,
      promoted_at = other.promoted_at
    from (
      select distinct on (scans.slice_id) scans.*
      from slice_scans scans
      join scopes using (scope_id)
      join runs mine on mine.run_id = ${runId}
      where scopes.provider = ${provider} and scopes.account = ${account}
        and scans.run_id <> ${runId}
        and scans.finished_at >= mine.started_at
      order by scans.slice_id, scans.finished_at desc
    ) other
    where mine.run_id = ${runId} and mine.slice_id = other.slice_id and mine.state = 'planned'
  `.execute(db);
}
