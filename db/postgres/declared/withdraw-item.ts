import { sql } from 'kysely';
import { declaredCiId } from '../../../model/declared-scope.ts';
import { openTick, sealTick } from '../clock.ts';
import type { Db, Trx } from '../database.ts';
import type { PromoteContext } from '../promote/context.ts';
import { settleMissing } from '../promote/mark-missing.ts';
import { noteAbsences } from '../promote/note-absences.ts';
import { API_SLICE_ID, lockApiSlice, lockDeclaredItem } from './declared-slice.ts';

export interface WithdrawRequest {
  declared_id: string;
  /** Who withdraws it. */
  by: string;
  /** The version that is to be withdrawn; null for whichever there is. */
  expected_version: number | null;
}

export type WithdrawOutcome =
  | { kind: 'done' }
  /** There is none, or it was withdrawn already. */
  | { kind: 'unknown' }
  /** A file of the catalogue declares it. */
  | { kind: 'elsewhere'; file: string }
  | { kind: 'stale'; version: number };

/**
 * Retires a declared item at once, in one transaction: a person's word is the proof. One of the
 * catalogue is taken out of its file; but if the file is gone, nobody else can.
 */
export async function withdrawItem(db: Db, request: WithdrawRequest): Promise<WithdrawOutcome> {
  const { declared_id, by, expected_version: expected } = request;
  const ciId = declaredCiId(declared_id);
  return db.transaction().execute(async (trx): Promise<WithdrawOutcome> => {
    await lockApiSlice(trx);
    const known = await lockDeclaredItem(trx, ciId);
    if (!known || known.is_retired) return { kind: 'unknown' };
    if (expected !== null && expected !== known.version) {
      return { kind: 'stale', version: known.version };
    }
    if (known.is_scheduled) return { kind: 'elsewhere', file: known.region };
    await retireOne(trx, ciId, by);
    await trx.deleteFrom('declared_items').where('ci_id', '=', ciId).execute();
    return { kind: 'done' };
  });
}

async function retireOne(trx: Trx, ciId: string, by: string): Promise<void> {
  await sql`
    create temporary table promote_missing on commit drop as
    select ci_id, slice_id, missing_since is null as is_first, true as retires
    from items where ci_id = ${ciId}
  `.execute(trx);
  await sql`
    create temporary table promote_changed (ci_id uuid, was_missing boolean) on commit drop
  `.execute(trx);
  const tick = await openTick(trx);
  const context: PromoteContext = {
    trx,
    runId: null,
    changedBy: by,
    sliceIds: [API_SLICE_ID],
    tick,
    stagedDocument: sql`(select null::jsonb as document)`,
  };
  await settleMissing(context);
  await noteAbsences(context);
  await sealTick(trx, tick, null);
}
