import { sql } from 'kysely';
import type { JsonObject } from '../../../model/resource-type.ts';
import type { Db } from '../database.ts';

/** A relationship as a person declared it, and what it stands for just now. */
export interface DeclaredRelationRow {
  declared_id: string;
  declared_by: string;
  declared_at: Date;
  declaration: JsonObject;
  /** Null while one of its ends is not known, or two items answer to its name. */
  relationship_id: string | null;
}

/** Lists declared relationships by their ids, one page behind `after`. */
export async function listDeclaredRelations(
  db: Db,
  limit: number,
  after: string | null,
): Promise<DeclaredRelationRow[]> {
  const { rows } = await sql<DeclaredRelationRow>`
    ${DECLARED} and declared_id > ${after ?? ''} order by declared_id limit ${limit}
  `.execute(db);
  return rows;
}

/** @returns null where there is none, or it was withdrawn */
export async function getDeclaredRelation(
  db: Db,
  declaredId: string,
): Promise<DeclaredRelationRow | null> {
  const { rows } = await sql<DeclaredRelationRow>`
    ${DECLARED} and declared_id = ${declaredId}
  `.execute(db);
  return rows[0] ?? null;
}

const DECLARED = sql`
  select declared_id, declared_by, declared_at, declaration, resolved.relationship_id
  from declared_relations
  left join resolved_references resolved on resolved.reference_id = relation_id
  where withdrawn_at is null`;
