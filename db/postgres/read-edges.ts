import { sql } from 'kysely';
import {
  type RelationType,
  relationTypeSchema,
  type Spread,
  spreadSchema,
} from '../../model/enums.ts';
import type { Db } from './database.ts';
import { holdsAt, type Moment } from './moment.ts';

/** A relationship in brief. */
export interface BriefEdge {
  relationship_id: string;
  source_ci_id: string;
  target_ci_id: string;
  relationship_type: RelationType;
  spread: Spread;
  weight: number;
  redundancy_group: string | null;
  min_up: number | null;
}

type Row = Record<keyof BriefEdge, unknown>;

const COLUMNS = sql`
  edge.relationship_id, edge.source_ci_id, edge.target_ci_id, edge.relationship_type, edge.spread,
  edge.weight, edge.redundancy_group, edge.min_up`;

/**
 * Reads the relationships of any of these items, whichever way they point. The two ends of one are
 * asked for apart, so one between two of the items comes twice.
 *
 * @param limits of relationships in all, and of each item's in each direction
 */
export async function edgesOf(
  db: Db,
  ciIds: readonly string[],
  limits: { all: number; each?: number },
  moment: Moment | null = null,
): Promise<BriefEdge[]> {
  const holds = holdsAt('edge.valid_from', 'edge.valid_to', moment);
  // By the id, which the index has in order: a cut takes the same ones every time.
  const limited = limits.each
    ? sql`order by edge.relationship_id limit ${limits.each}`
    : sql`limit ${limits.all}`;
  const { rows } = await sql<Row>`
    select ${COLUMNS} from unnest(${ciIds}::uuid[]) item
    cross join lateral (
      (select * from relationships edge where source_ci_id = item and ${holds} ${limited})
      union all
      (select * from relationships edge where target_ci_id = item and ${holds} ${limited})
    ) edge
    limit ${limits.all}
  `.execute(db);
  return rows.map(toEdge);
}

/** Reads the relationships whose ends are both among the items, in the order of their ids. */
export async function edgesAmong(
  db: Db,
  ciIds: readonly string[],
  limit: number,
  moment: Moment | null = null,
): Promise<BriefEdge[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from relationships edge
    where edge.source_ci_id = any(${ciIds}::uuid[]) and edge.target_ci_id = any(${ciIds}::uuid[])
      and ${holdsAt('edge.valid_from', 'edge.valid_to', moment)}
    order by edge.relationship_id limit ${limit}
  `.execute(db);
  return rows.map(toEdge);
}

/** Counts the relationships of each item in each direction, up to a limit. */
export async function countEdges(
  db: Db,
  ciIds: readonly string[],
  limit: number,
  moment: Moment | null = null,
): Promise<Map<string, number>> {
  const holds = holdsAt('edge.valid_from', 'edge.valid_to', moment);
  const { rows } = await sql<{ ci_id: string; count: number }>`
    select item as ci_id, outgoing.count + incoming.count as count
    from unnest(${ciIds}::uuid[]) item
    cross join lateral (
      select count(*) as count from (
        select from relationships edge where source_ci_id = item and ${holds} limit ${limit}
      ) counted
    ) outgoing
    cross join lateral (
      select count(*) as count from (
        select from relationships edge where target_ci_id = item and ${holds} limit ${limit}
      ) counted
    ) incoming
  `.execute(db);
  return new Map(rows.map((row) => [row.ci_id, row.count]));
}

function toEdge(row: Row): BriefEdge {
  return {
    ...(row as unknown as BriefEdge),
    relationship_type: relationTypeSchema.parse(row.relationship_type),
    spread: spreadSchema.parse(row.spread),
  };
}
