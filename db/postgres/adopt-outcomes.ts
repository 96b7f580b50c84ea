import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Takes over, for an account's slices that this run planned, how the other run's listing ended. */
export async function adoptOutcomes(
  db: Db,
  account: { run_id: string; other_run_id: string; provider: string; account: string },
): Promise<void> {
  await sql`
    update slice_scans mine set
      state = other.state, error_code = other.error_code, error_message = other.error_message,
      missing_permission = other.missing_permission, held_loss = other.held_loss,
      started_at = other.started_at, finished_at = other.finished_at,
      promoted_at = other.promoted_at
    from slice_scans other
    join scopes using (scope_id)
    where other.run_id = ${account.other_run_id} and other.slice_id = mine.slice_id
      and scopes.provider = ${account.provider} and scopes.account = ${account.account}
      and mine.run_id = ${account.run_id} and mine.state = 'planned'
  `.execute(db);
}
