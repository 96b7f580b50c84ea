import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Why a loss cannot be approved: nothing waits for it, or not what the person saw. */
export type ApprovalRefusal =
  | { refused: 'unknown_slice' }
  | { refused: 'not_held' }
  | { refused: 'other_loss'; loss: number }
  | { refused: 'approved_already'; approved_by: string | null; approved_at: Date };

export interface NewApproval {
  slice_id: string;
  /** The loss that the person was shown; refused when it is another by now. */
  loss: number;
  approved_by: string | null;
  reason: string;
}

/**
 * Lets the next complete scan of a held slice lose what it was held for, once. The usual grace
 * remains: what is gone is missing first, and retired by the scans after that.
 *
 * @returns null when it is approved
 */
export async function approveLoss(db: Db, approval: NewApproval): Promise<ApprovalRefusal | null> {
  return db.transaction().execute(async (trx) => {
    const slice = await trx
      .selectFrom('slices')
      .select('held_loss')
      .where('slice_id', '=', approval.slice_id)
      .forUpdate()
      .executeTakeFirst();
    if (!slice) return { refused: 'unknown_slice' };
    if (slice.held_loss === null) return { refused: 'not_held' };
    if (slice.held_loss !== approval.loss) return { refused: 'other_loss', loss: slice.held_loss };
    const inserted = await sql`
      insert into loss_approvals (slice_id, loss, approved_by, reason)
      values (${approval.slice_id}, ${approval.loss}, ${approval.approved_by}, ${approval.reason})
      on conflict (slice_id) where spent_at is null do nothing
    `.execute(trx);
    if (inserted.numAffectedRows === 1n) return null;
    const pending = await trx
      .selectFrom('loss_approvals')
      .select(['approved_by', 'approved_at'])
      .where('slice_id', '=', approval.slice_id)
      .where('spent_at', 'is', null)
      .executeTakeFirstOrThrow();
    return { refused: 'approved_already', ...pending };
  });
}
