import { sql } from 'kysely';
import {
  DECLARED_RELATIONS,
  type DeclaredRelation,
  toReference,
} from '../../../model/declared-relation.ts';
import { declaredRelationId } from '../../../model/identity.ts';
import type { Db, Trx } from '../database.ts';
import { canonicalJson } from '../staging/canonical-json.ts';
import { toStagedReference } from '../staging/staged-item.ts';

export interface DeclareRelationRequest {
  /** What the person calls it. */
  declared_id: string;
  relation: DeclaredRelation;
  /** Who declares it. */
  by: string;
  /** `create` refuses one that is there already. */
  mode: 'create' | 'replace';
}

export type DeclareRelationOutcome =
  | { kind: 'done'; is_new: boolean; is_changed: boolean }
  | { kind: 'exists' };

/**
 * Keeps what a person declares, as a reference that stands on no item, and queues it for relate, in
 * one transaction. Declaring the same again changes nothing.
 */
export async function declareRelation(
  db: Db,
  { declared_id, relation, by, mode }: DeclareRelationRequest,
): Promise<DeclareRelationOutcome> {
  const relationId = declaredRelationId(declared_id);
  return db.transaction().execute(async (trx): Promise<DeclareRelationOutcome> => {
    const { rows } = await sql<{ was_known: boolean; was_live: boolean }>`
      insert into declared_relations as known (relation_id, declared_id, declaration, declared_by)
      values (${relationId}, ${declared_id}, '{}', ${by})
      on conflict (relation_id) do update set relation_id = known.relation_id
      returning xmax <> 0 as was_known, xmax <> 0 and withdrawn_at is null as was_live
    `.execute(trx);
    const was_live = rows[0]?.was_live ?? false;
    if (was_live && mode === 'create') return { kind: 'exists' };
    const kept = await sql`
      update declared_relations set
        declaration = ${canonicalJson(relation)}::jsonb, declared_by = ${by}, declared_at = now(),
        withdrawn_by = null, withdrawn_at = null
      where relation_id = ${relationId}
        and (withdrawn_at is not null or declaration <> ${canonicalJson(relation)}::jsonb)
    `.execute(trx);
    const is_changed = Number(kept.numAffectedRows ?? 0n) > 0;
    if (is_changed) await refer(trx, relationId, relation);
    return { kind: 'done', is_new: !was_live, is_changed };
  });
}

async function refer(trx: Trx, relationId: string, relation: DeclaredRelation): Promise<void> {
  const reference = toReference(relation, relation.network ?? null, null);
  const staged = toStagedReference(reference, DECLARED_RELATIONS[reference.relation]);
  const values = {
    source_key: staged.source_key ?? null,
    target_key: staged.key,
    relation: staged.relation,
    relationship_type: staged.type,
    discriminator: staged.discriminator,
    weight: staged.weight,
    attributes: canonicalJson(staged.attributes),
    measured: staged.measured,
    spread: staged.spread,
    redundancy_group: staged.redundancy_group ?? null,
    min_up: staged.min_up ?? null,
    run_id: null,
  };
  await trx
    .insertInto('item_references')
    .values({ reference_id: relationId, referrer_id: relationId, ...values })
    .onConflict((conflict) => conflict.column('reference_id').doUpdateSet(values))
    .execute();
  await sql`insert into relate_queue (ci_id) values (${relationId})`.execute(trx);
}
