import { sql } from 'kysely';
import { itemSummarySchema } from '../../model/configuration-item.ts';
import { type RelationType, relationTypeSchema, spreadSchema } from '../../model/enums.ts';
import type { StepReader, WalkDirection } from '../../model/failure-walk.ts';
import type { Db } from './database.ts';
import { itemsAt } from './items-at.ts';
import { holdsAt, type Moment } from './moment.ts';

/** The spread of the edges to follow from source to target, and from target to source. */
const SPREADS: Record<WalkDirection, [outgoing: string, incoming: string]> = {
  dependencies: ['forward', 'reverse'],
  impact: ['reverse', 'forward'],
};

interface StepRow {
  from_ci_id: string;
  relationship_id: string;
  source_ci_id: string;
  target_ci_id: string;
  relationship_type: string;
  spread: string;
  weight: number;
  redundancy_group: string | null;
  min_up: number | null;
  to: Record<string, unknown>;
}

/**
 * Reads the steps of a failure walk from the relationships as they are, for when the graph is away or
 * behind, or as they were at a moment. One statement a hop; of the present the answer equals the
 * graph's. Of the past, weights that are measured are those of the last reading.
 *
 * @param relations the types to go along; all where left out
 * @param moment null for the present
 */
export function postgresStepReader(
  db: Db,
  relations?: readonly RelationType[],
  moment: Moment | null = null,
): StepReader {
  const holds = holdsAt('valid_from', 'valid_to', moment);
  const ofType = relations ? sql`and relationship_type = any(${[...relations]}::text[])` : sql``;
  return async (ciIds, direction, limit) => {
    const [outgoing, incoming] = SPREADS[direction];
    const { rows } = await sql<StepRow>`
      with steps as (
        select source_ci_id as from_ci_id, target_ci_id as to_ci_id, edge.*
        from relationships edge
        where source_ci_id = any(${ciIds}::uuid[]) and ${holds} and spread = ${outgoing}
          ${ofType}
        union all
        select target_ci_id, source_ci_id, edge.*
        from relationships edge
        where target_ci_id = any(${ciIds}::uuid[]) and ${holds} and spread = ${incoming}
          ${ofType}
      )
      select from_ci_id, relationship_id, source_ci_id, target_ci_id, relationship_type, spread,
        weight, redundancy_group, min_up,
        json_build_object(
          'ci_id', items.ci_id, 'ci_type', items.ci_type, 'name', items.name,
          'display_name', items.body->>'display_name', 'status', items.status,
          'environment', items.environment, 'provider', items.provider, 'account', items.account,
          'region', items.region, 'resource_type', items.resource_type
        ) as to
      from steps join ${itemsAt(moment)} items on items.ci_id = steps.to_ci_id
      limit ${limit}
    `.execute(db);
    return rows.map((row) => ({
      from_ci_id: row.from_ci_id,
      edge: {
        relationship_id: row.relationship_id,
        source_ci_id: row.source_ci_id,
        target_ci_id: row.target_ci_id,
        relationship_type: relationTypeSchema.parse(row.relationship_type),
        spread: spreadSchema.parse(row.spread),
        weight: row.weight,
        redundancy_group: row.redundancy_group,
        min_up: row.min_up,
      },
      to: itemSummarySchema.parse(row.to),
    }));
  };
}
