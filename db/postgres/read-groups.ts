import { sql } from 'kysely';
import { type GroupReader, type GroupStrength, UP_STATUSES } from '../../model/failure-effects.ts';
import type { Db } from './database.ts';

/** Reads how many members of each redundancy group are up, for the items that need them. */
export function postgresGroupReader(db: Db): GroupReader {
  return async (ciIds) => {
    const { rows } = await sql<GroupStrength>`
      with members as (
        select source_ci_id as ci_id, redundancy_group, target_ci_id as member
        from relationships
        where source_ci_id = any(${ciIds}::uuid[]) and valid_to is null
          and spread = 'forward' and redundancy_group is not null
        union
        select target_ci_id, redundancy_group, source_ci_id
        from relationships
        where target_ci_id = any(${ciIds}::uuid[]) and valid_to is null
          and spread = 'reverse' and redundancy_group is not null
      )
      select members.ci_id, members.redundancy_group,
        count(*) filter (where items.status = any(${[...UP_STATUSES]}::text[]))::int as up
      from members join items on items.ci_id = members.member
      group by members.ci_id, members.redundancy_group
    `.execute(db);
    return rows;
  };
}
