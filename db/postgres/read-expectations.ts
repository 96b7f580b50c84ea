import { type RawBuilder, sql } from 'kysely';
import { type Expectation, expectationOf, type ScheduleDefinition } from '../../model/schedule.ts';
import type { Db } from './database.ts';
import { PREPARED } from './preparing-client.ts';

/** What the schedules expect as of now, by the store's clock. */
export async function readExpectations(db: Db): Promise<Expectation[]> {
  const { rows } = await sql<
    Pick<ScheduleDefinition, 'cron' | 'time_zone' | 'request'> & { now: Date }
  >`${PREPARED}
    select cron, time_zone, request, now() as now from schedules
  `.execute(db);
  return rows.map((schedule) => expectationOf(schedule, schedule.now));
}

/**
 * Whether a slice is stale, as SQL over the tables `slices` and `scopes`: not proven for twice the
 * interval of the schedule that asks for it most often. One that was never proven has that long
 * from when it was first planned. Where no schedule asks for it, nothing is expected, and only a
 * slice that the runs plan no more is stale.
 */
export function isStale(expectations: readonly Expectation[]): RawBuilder<boolean> {
  if (expectations.length === 0) return sql`slices.unscheduled_since is not null`;
  const limits = expectations.map(
    ({ request, stale_before }) =>
      sql`case when ${asksFor(request)} then ${stale_before}::timestamptz end`,
  );
  // Null, and so neither above nor below, where no schedule asks for the slice.
  return sql`(slices.is_scanned and coalesce(
    coalesce(slices.proven_at, slices.known_since) < greatest(${sql.join(limits)}),
    slices.unscheduled_since is not null
  ))`;
}

/** Whether a request asks for a slice, as SQL over the tables `slices` and `scopes`. */
export function asksFor(request: Expectation['request']): RawBuilder<boolean> {
  const { providers, accounts, regions, resource_types } = request;
  const all: RawBuilder<unknown>[] = [sql`true`];
  if (providers) all.push(sql`scopes.provider = any(${providers})`);
  if (accounts) all.push(sql`scopes.account = any(${accounts})`);
  if (regions) all.push(sql`scopes.region = any(${regions})`);
  if (resource_types) all.push(sql`slices.resource_type = any(${resource_types})`);
  return sql`${sql.join(all, sql` and `)}`;
}
