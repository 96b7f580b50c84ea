import { sql } from 'kysely';
import { samenessDecisionId } from '../../../model/identity.ts';
import type { Verdict } from '../../../model/sameness.ts';
import type { Db, Trx } from '../database.ts';

export interface DecideRequest {
  ci_ids: readonly [string, string];
  verdict: Verdict;
  reason: string | null;
  /** Who decides. */
  by: string;
}

export interface DecideOutcome {
  decision_id: string;
  /** Nobody has decided about the two, or it was withdrawn. */
  is_new: boolean;
  is_changed: boolean;
}

/**
 * Keeps what a person decides of two items, in one transaction, and queues both for relate. The same
 * once more changes nothing, and stays whose it was.
 *
 * Of two that are the same each fails with the other: two references say so, that stand on no item.
 */
export async function decideSameness(db: Db, request: DecideRequest): Promise<DecideOutcome> {
  const { verdict, reason, by } = request;
  const [low, high] = [...request.ci_ids].sort() as [string, string];
  const decision_id = samenessDecisionId(request.ci_ids);
  return db.transaction().execute(async (trx) => {
    await sql`
      insert into sameness_decisions
        (decision_id, low_ci_id, high_ci_id, verdict, decided_by, withdrawn_at)
      values (${decision_id}, ${low}, ${high}, ${verdict}, ${by}, now())
      on conflict (decision_id) do nothing
    `.execute(trx);
    const { rows } = await sql<{ verdict: Verdict; is_withdrawn: boolean }>`
      select verdict, withdrawn_at is not null as is_withdrawn from sameness_decisions
      where decision_id = ${decision_id} for update
    `.execute(trx);
    const is_new = rows[0]?.is_withdrawn ?? true;
    const kept = await sql`
      update sameness_decisions set
        verdict = ${verdict}, reason = ${reason}, decided_by = ${by}, decided_at = now(),
        withdrawn_by = null, withdrawn_at = null
      where decision_id = ${decision_id} and (
        withdrawn_at is not null or (verdict, reason) is distinct from (${verdict}, ${reason})
      )
    `.execute(trx);
    const is_changed = Number(kept.numAffectedRows ?? 0n) > 0;
    const was = is_new ? null : (rows[0]?.verdict ?? null);
    if (is_changed && was !== verdict) await joinOrPart(trx, decision_id, [low, high], verdict);
    return { decision_id, is_new, is_changed };
  });
}

/** @returns false where there is none, or it was withdrawn already */
export async function withdrawDecision(db: Db, decisionId: string, by: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ low_ci_id: string; high_ci_id: string }>`
      update sameness_decisions set withdrawn_by = ${by}, withdrawn_at = now()
      where decision_id = ${decisionId} and withdrawn_at is null
      returning low_ci_id, high_ci_id
    `.execute(trx);
    const [row] = rows;
    if (!row) return false;
    await joinOrPart(trx, decisionId, [row.low_ci_id, row.high_ci_id], null);
    return true;
  });
}

/** Makes the references of a verdict the ones there are; relate does the rest. */
async function joinOrPart(
  trx: Trx,
  decisionId: string,
  [low, high]: readonly [string, string],
  verdict: Verdict | null,
): Promise<void> {
  const { rows: ended } = await sql<{ reference_id: string }>`
    delete from item_references where referrer_id = ${decisionId} returning reference_id
  `.execute(trx);
  if (verdict === 'same') {
    await sql`
      insert into item_references (
        reference_id, referrer_id, source_key, target_key, relation, relationship_type,
        discriminator, weight, attributes, measured, spread
      )
      select md5(${decisionId}::text || side)::uuid, ${decisionId}::uuid, source_key, target_key,
        'same_as', 'depends_on', '', 1, '{}', false, 'forward'
      from (values
        ('low', ${`ci:${low}`}, ${`ci:${high}`}), ('high', ${`ci:${high}`}, ${`ci:${low}`})
      ) ends (side, source_key, target_key)
    `.execute(trx);
  }
  // The two as well: a key that both answer to may mean one of them now, or nobody any more.
  await sql`
    insert into relate_queue (ci_id, ended_references)
    values (${decisionId}, ${ended.map((row) => row.reference_id)}::uuid[]),
      (${low}, '{}'), (${high}, '{}')
  `.execute(trx);
}
