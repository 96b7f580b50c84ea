import { sql } from 'kysely';
import { declaredRelationId } from '../../../model/identity.ts';
import type { Db } from '../database.ts';

/**
 * Withdraws a declared relationship, in one transaction; relate ends it unless something else stands
 * behind it, too.
 *
 * @returns false where there is none, or it was withdrawn already
 */
export async function withdrawRelation(db: Db, declaredId: string, by: string): Promise<boolean> {
  const relationId = declaredRelationId(declaredId);
  return db.transaction().execute(async (trx) => {
    const withdrawn = await sql`
      update declared_relations set withdrawn_by = ${by}, withdrawn_at = now()
      where relation_id = ${relationId} and withdrawn_at is null
    `.execute(trx);
    if (Number(withdrawn.numAffectedRows ?? 0n) === 0) return false;
    await trx.deleteFrom('item_references').where('reference_id', '=', relationId).execute();
    await sql`
      insert into relate_queue (ci_id, ended_references)
      values (${relationId}, array[${relationId}::uuid])
    `.execute(trx);
    return true;
  });
}
