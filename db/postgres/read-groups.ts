import { sql } from 'kysely';
import {
  type GroupReader,
  type GroupStrength,
  UNHEALTHY,
  UP_STATUSES,
} from '../../model/failure-effects.ts';
import type { Db } from './database.ts';
import { itemsAt } from './items-at.ts';
import { holdsAt, type Moment } from './moment.ts';

/**
 * Reads how many members of each redundancy group are up, for the items that need them. A member
 * that several relationships lead to is up while one of them does not call it unhealthy.
 *
 * @param moment null for the present
 */
export function postgresGroupReader(db: Db, moment: Moment | null = null): GroupReader {
  const holds = holdsAt('valid_from', 'valid_to', moment);
  return async (ciIds, members) => {
    const { rows } = await sql<GroupStrength>`
      with edges as (
        select source_ci_id as ci_id, redundancy_group, min_up, target_ci_id as member, attributes
        from relationships
        where source_ci_id = any(${ciIds}::uuid[]) and ${holds}
          and spread = 'forward' and redundancy_group is not null
        union all
        select target_ci_id, redundancy_group, min_up, source_ci_id, attributes
        from relationships
        where target_ci_id = any(${ciIds}::uuid[]) and ${holds}
          and spread = 'reverse' and redundancy_group is not null
      ),
      members as (
        select ci_id, redundancy_group, member, max(coalesce(min_up, 1)) as min_up,
          bool_or(attributes->>'health' is distinct from ${UNHEALTHY}) as is_healthy
        from edges group by ci_id, redundancy_group, member
      ),
      judged as (
        select members.ci_id, redundancy_group, member, min_up,
          is_healthy and items.status = any(${[...UP_STATUSES]}::text[]) as is_up
        from members join ${itemsAt(moment)} items on items.ci_id = members.member
      )
      select ci_id, redundancy_group, max(min_up) as min_up,
        count(*) filter (where is_up)::int as up,
        coalesce(
          array_agg(member) filter (where is_up and member = any(${members}::uuid[])), '{}'
        ) as members_up
      from judged group by ci_id, redundancy_group
    `.execute(db);
    return rows;
  };
}
