import { sql } from 'kysely';
import type { Db } from './database.ts';
import { EDGE_COLUMNS, type EdgeRow, NIL_UUID, NODE_COLUMNS, type NodeRow } from './outbox.ts';

/** Reads what the graph is to hold: items in the order of their ids, at most `limit`. */
export async function nodePage(
  db: Db,
  after: { ci_id: string } | null,
  limit: number,
): Promise<NodeRow[]> {
  const { rows } = await sql<NodeRow>`
    select ${NODE_COLUMNS} from items
    join ticks created on created.tick = items.created_tick
    join ticks updated on updated.tick = items.valid_from
    where items.ci_id > ${after?.ci_id ?? NIL_UUID}
    order by items.ci_id limit ${limit}
  `.execute(db);
  return rows;
}

/** Of which commit the newest version of each of these items is. */
export async function nodesChangedAt(
  db: Db,
  ciIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; seq: number }>`
    select items.ci_id as id, ticks.seq from items join ticks on ticks.tick = items.valid_from
    where items.ci_id = any(${ciIds}::uuid[])
  `.execute(db);
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/**
 * Reads current relationships in the order of their sources and ids: one index has them so, and the
 * graph can follow it, which knows no order of relationships but that of the nodes they leave from.
 */
export async function edgePage(
  db: Db,
  after: { source_ci_id: string; relationship_id: string } | null,
  limit: number,
): Promise<EdgeRow[]> {
  const { rows } = await sql<EdgeRow>`
    select ${EDGE_COLUMNS}, edge.touched_tick as tick from relationships edge
    join ticks created on created.tick = edge.created_tick
    where edge.valid_to is null and (edge.source_ci_id, edge.relationship_id)
      > (${after?.source_ci_id ?? NIL_UUID}, ${after?.relationship_id ?? NIL_UUID})
    order by edge.source_ci_id, edge.relationship_id limit ${limit}
  `.execute(db);
  return rows;
}

/** Reads the named relationships, as far as they are current. */
export async function edgesById(db: Db, relationshipIds: readonly string[]): Promise<EdgeRow[]> {
  const { rows } = await sql<EdgeRow>`
    select ${EDGE_COLUMNS}, edge.touched_tick as tick from relationships edge
    join ticks created on created.tick = edge.created_tick
    where edge.valid_to is null and edge.relationship_id = any(${relationshipIds}::uuid[])
  `.execute(db);
  return rows;
}

/** Which commit began, changed or ended each of these relationships last. */
export async function edgesChangedAt(
  db: Db,
  relationshipIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; seq: number }>`
    select edge.relationship_id as id, coalesce(max(greatest(touched.seq, ended.seq)), 0) as seq
    from relationships edge
    left join ticks touched on touched.tick = edge.touched_tick
    left join ticks ended on ended.tick = edge.valid_to
    where edge.relationship_id = any(${relationshipIds}::uuid[])
    group by edge.relationship_id
  `.execute(db);
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/** How many items and relationships there are: how far a walk through all of them has to go. */
export async function countGraphRows(db: Db): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select (select count(*) from items) +
      (select count(*) from relationships where valid_to is null) as total
  `.execute(db);
  return rows[0]?.total ?? 0;
}
