import { type RawBuilder, sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import type { Coverage, CoverageState } from '../../model/coverage.ts';
import type { Expectation } from '../../model/schedule.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import type { Db } from './database.ts';
import { isStale, readExpectations } from './read-expectations.ts';

export interface CoverageFilter {
  provider?: string | undefined;
  account?: string | undefined;
  /** What the caller may see: a slice is of an account, of no environment and of no team. */
  restriction?: Restriction | null | undefined;
  /** Any of these. */
  regions?: readonly string[] | undefined;
  resource_type?: string | undefined;
  state?: CoverageState | undefined;
  held?: boolean | undefined;
  stale?: boolean | undefined;
  unscheduled?: boolean | undefined;
}

/** Counts slices by how their last scan ended, in one pass over them. */
export async function getCoverage(db: Db, filter: CoverageFilter = {}): Promise<Coverage> {
  const expectations = await readExpectations(db);
  const { rows } = await sql<Omit<Coverage, 'oldest_proof'> & { oldest_proof: Date | null }>`
    select coalesce(sum(slices), 0)::int as slices,
      coalesce(sum(complete), 0)::int as complete, coalesce(sum(partial), 0)::int as partial,
      coalesce(sum(denied), 0)::int as denied, coalesce(sum(failed), 0)::int as failed,
      coalesce(sum(never), 0)::int as never, coalesce(sum(held), 0)::int as held,
      coalesce(sum(unscheduled), 0)::int as unscheduled,
      count(*) filter (where has_stale)::int as stale_scopes,
      min(oldest_proof) as oldest_proof
    from (
      select count(*) as slices,
        count(*) filter (where last_state = 'complete') as complete,
        count(*) filter (where last_state = 'partial') as partial,
        count(*) filter (where last_state = 'denied') as denied,
        count(*) filter (where last_state = 'failed') as failed,
        count(*) filter (where last_state is null) as never,
        count(held_loss) as held,
        count(unscheduled_since) as unscheduled,
        bool_or(${isStale(expectations)}) as has_stale,
        min(proven_at) filter (where population > 0 or unscheduled_since is null) as oldest_proof
      from scopes join slices using (scope_id)
      where ${coverageConditions(filter, expectations)}
      group by slices.scope_id
    ) by_scope
  `.execute(db);
  const [row] = rows;
  if (!row) throw new Error('An aggregate without groups has one row.');
  return { ...row, oldest_proof: row.oldest_proof?.toISOString() ?? null };
}

/**
 * The coverage that a list of items stands on. Regional items may be listed globally, so a region
 * stands on its own slices and the global ones; what somebody may see on those of their accounts.
 */
export async function getCoverageOfItems(
  db: Db,
  places: Pick<CoverageFilter, 'provider' | 'account' | 'resource_type' | 'restriction'> & {
    region?: string | undefined;
  },
): Promise<Coverage> {
  const { region, ...rest } = places;
  const regions = region === undefined ? undefined : [region, GLOBAL_REGION];
  return getCoverage(db, { ...rest, regions });
}

export function coverageConditions(
  filter: CoverageFilter,
  expectations: readonly Expectation[],
): RawBuilder<unknown> {
  const all: RawBuilder<unknown>[] = [sql`slices.is_scanned`];
  if (filter.provider) all.push(sql`scopes.provider = ${filter.provider}`);
  if (filter.account) all.push(sql`scopes.account = ${filter.account}`);
  const { accounts } = filter.restriction ?? {};
  if (accounts) all.push(sql`scopes.account = any(${accounts})`);
  if (filter.regions) all.push(sql`scopes.region = any(${filter.regions})`);
  if (filter.resource_type) all.push(sql`slices.resource_type = ${filter.resource_type}`);
  if (filter.state === 'never') all.push(sql`slices.last_state is null`);
  else if (filter.state) all.push(sql`slices.last_state = ${filter.state}`);
  if (filter.held !== undefined) all.push(sql`(held_loss is not null) = ${filter.held}`);
  if (filter.unscheduled !== undefined) {
    all.push(sql`(unscheduled_since is not null) = ${filter.unscheduled}`);
  }
  if (filter.stale !== undefined) all.push(sql`(${isStale(expectations)}) = ${filter.stale}`);
  return sql.join(all, sql` and `);
}
