import { sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import type { Db } from './database.ts';
import { itemsAt } from './items-at.ts';
import { holdsAt, type Moment } from './moment.ts';
import { visibleTo } from './visibility.ts';

export type Counts = Record<string, number>;

export interface Stats {
  total_cis: number;
  by_type: Counts;
  by_environment: Counts;
  by_provider: Counts;
  by_status: Counts;
  by_account: Counts;
  by_region: Counts;
  by_team: Counts;
  /** Relationships that hold. */
  total_relationships: number;
  by_relationship_type: Counts;
}

/** What a count of many values goes by: those beyond the largest, and items without any. */
export const OTHERS = '(others)';
export const NONE = '(none)';
/** Teams and accounts are as many as people write down; an answer tells the largest apart. */
const MAX_VALUES = 1_000;

/**
 * Counts what of the inventory somebody may see, in one pass; retired items count too, under
 * their status, and relationships between two items that are both seen.
 */
export async function getStats(
  db: Db,
  restriction: Restriction | null,
  moment: Moment | null = null,
): Promise<Stats> {
  const inventory = itemsAt(moment);
  const items = await sql<{ dimension: keyof Stats; value: string; count: number }>`
    with counted as (
      select
        case
          when grouping(ci_type) = 0 then 'by_type'
          when grouping(environment) = 0 then 'by_environment'
          when grouping(provider) = 0 then 'by_provider'
          when grouping(status) = 0 then 'by_status'
          when grouping(account) = 0 then 'by_account'
          when grouping(region) = 0 then 'by_region'
          else 'by_team'
        end as dimension,
        coalesce(ci_type, environment, provider, status, account, region, team, ${NONE}) as value,
        count(*) as count
      from (
        select ci_type, environment, provider, status, account, region, body->>'team' as team
        from ${inventory} items where ${visibleTo(restriction)}
      ) seen
      group by grouping sets
        ((ci_type), (environment), (provider), (status), (account), (region), (team))
    ), ranked as (
      select *, row_number() over (partition by dimension order by count desc, value) as place
      from counted
    )
    select dimension, case when place <= ${MAX_VALUES} then value else ${OTHERS} end as value,
      sum(count)::bigint as count
    from ranked group by 1, 2 order by 1, 2
  `.execute(db);
  const relationships = await sql<{ value: string; count: number }>`
    select relationship_type as value, count(*) as count from relationships ${
      restriction
        ? sql`
          join ${inventory} source on source.ci_id = source_ci_id and ${visibleTo(restriction, 'source')}
          join ${inventory} target on target.ci_id = target_ci_id and ${visibleTo(restriction, 'target')}`
        : sql``
    }
    where ${holdsAt('valid_from', 'valid_to', moment)} group by 1 order by 1
  `.execute(db);
  const countsOf = (dimension: keyof Stats) =>
    toCounts(items.rows.filter((row) => row.dimension === dimension));
  const byType = countsOf('by_type');
  const byRelationshipType = toCounts(relationships.rows);
  return {
    total_cis: total(byType),
    by_type: byType,
    by_environment: countsOf('by_environment'),
    by_provider: countsOf('by_provider'),
    by_status: countsOf('by_status'),
    by_account: countsOf('by_account'),
    by_region: countsOf('by_region'),
    by_team: countsOf('by_team'),
    total_relationships: total(byRelationshipType),
    by_relationship_type: byRelationshipType,
  };
}

function toCounts(rows: ReadonlyArray<{ value: string; count: number }>): Counts {
  return Object.fromEntries(rows.map((row) => [row.value, row.count]));
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
