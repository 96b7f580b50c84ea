import { sql } from 'kysely';
import type { DiscoveryRequest, RunError } from '../../model/scope.ts';
import type { Trx } from './database.ts';
import { asksFor } from './read-expectations.ts';

/**
 * Notes since when slices that a run asks for are not planned any more, because the configuration
 * was narrowed or their machine is silent. What could not be planned – an account whose regions
 * could not be listed, say – keeps what was noted of it. Nothing is retired by any of this.
 *
 * One statement that writes nothing where nothing changed.
 */
export async function noteUnscheduled(
  trx: Trx,
  runId: string,
  request: DiscoveryRequest,
  errors: readonly RunError[],
): Promise<void> {
  const failed = errors.flatMap(({ provider, account }) => {
    if (provider === null) return [];
    return account === null
      ? [sql`scopes.provider = ${provider}`]
      : [sql`(scopes.provider = ${provider} and scopes.account = ${account})`];
  });
  const isFailed = failed.length > 0 ? sql.join(failed, sql` or `) : sql`false`;
  await sql`
    with turned as (
      select slices.slice_id, planned.slice_id is null as is_left_out
      from slices
      join scopes using (scope_id)
      left join slice_scans planned
        on planned.slice_id = slices.slice_id and planned.run_id = ${runId}
      where slices.is_scanned and ${asksFor(request)}
        and (slices.unscheduled_since is null) = (planned.slice_id is null)
        and (planned.slice_id is not null or not (${isFailed}))
      order by slices.slice_id
      for update of slices
    )
    update slices set unscheduled_since = case when turned.is_left_out then now() end
    from turned where slices.slice_id = turned.slice_id
  `.execute(trx);
}
