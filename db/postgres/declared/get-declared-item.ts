import { sql } from 'kysely';
import type { JsonObject } from '../../../model/resource-type.ts';
import type { Db } from '../database.ts';

/** What a person declared through the API, as it was declared. */
export interface DeclaredItemRow {
  declared_id: string;
  ci_id: string;
  version: number;
  declared_by: string;
  declared_at: Date;
  declaration: JsonObject;
}

/** @returns null where nobody declared it through the API, or it was withdrawn */
export async function getDeclaredItem(db: Db, declaredId: string): Promise<DeclaredItemRow | null> {
  const { rows } = await sql<DeclaredItemRow>`
    select declared_id, ci_id, items.version, declared_by, declared_at, declaration
    from declared_items join items using (ci_id)
    where declared_id = ${declaredId}
  `.execute(db);
  return rows[0] ?? null;
}
