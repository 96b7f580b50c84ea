import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { type Moment, momentOfCommit } from '../moment.ts';

/** From when on things are kept; null: all of them. */
export interface Retention {
  history: Date | null;
  scans: Date | null;
}

/** Up to where pruning may go; null: nothing is to be pruned. */
export interface PruneBounds {
  moment: Moment | null;
  scans_before: Date | null;
}

/**
 * Moves the bound of the history, before anything is pruned: from then on nobody is answered from
 * behind it. It never moves back, so that a longer retention does not promise what is gone, and
 * never past what the graph has read: it takes the ends of relationships from the history.
 */
export async function moveBound(db: Db, keepFrom: Retention): Promise<PruneBounds> {
  return db.transaction().execute(async (trx) => {
    const bound = await trx
      .selectFrom('history_bound')
      .selectAll()
      .forUpdate()
      .executeTakeFirstOrThrow();
    const next = keepFrom.history && (await nextBound(trx, keepFrom.history));
    if (next && isLater(next.kept_from, bound.kept_from)) {
      await trx.updateTable('history_bound').set(next).execute();
    }
    if (keepFrom.scans && isLater(keepFrom.scans, bound.scans_kept_from)) {
      await trx.updateTable('history_bound').set({ scans_kept_from: keepFrom.scans }).execute();
    }
    const moved = await trx.selectFrom('history_bound').selectAll().executeTakeFirstOrThrow();
    return {
      moment: moved.kept_from && (await momentOfCommit(trx, moved.seq, moved.kept_from)),
      scans_before: moved.scans_kept_from,
    };
  });
}

/** @returns null while there is no commit that old, or none that the graph has read */
async function nextBound(
  trx: Trx,
  keepFrom: Date,
): Promise<{ seq: number; kept_from: Date } | null> {
  const { rows } = await sql<{ seq: number; committed_at: Date }>`
    select ticks.seq, committed_at
    from outbox_consumers graph
    join ticks on ticks.seq <= graph.seq and committed_at <= ${keepFrom}
    where graph.consumer = 'graph'
    order by ticks.seq desc limit 1
  `.execute(trx);
  const [last] = rows;
  if (!last) return null;
  // Where the graph is behind, what it has read ends with that commit.
  const { rows: later } = await sql<{ is_unread: boolean }>`
    select exists (
      select from ticks where seq > ${last.seq} and committed_at <= ${keepFrom}
    ) as is_unread
  `.execute(trx);
  const isUnread = later[0]?.is_unread ?? false;
  return { seq: last.seq, kept_from: isUnread ? last.committed_at : keepFrom };
}

function isLater(date: Date, other: Date | null): boolean {
  return other === null || date > other;
}
