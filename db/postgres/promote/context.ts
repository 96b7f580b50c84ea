import { type RawBuilder, sql } from 'kysely';
import type { Trx } from '../database.ts';

/** What the steps of one promotion share. */
export interface PromoteContext {
  trx: Trx;
  /** The discovery that is promoted; null for a person's declaration. */
  runId: string | null;
  /** The person who declared it; null for a discovery. */
  changedBy: string | null;
  sliceIds: readonly string[];
  /** The mark of every row that this promotion writes. */
  tick: number;
  /** Where the documents of `promote_staged` are: `slice_id, ci_id, document`. */
  documents: RawBuilder<unknown>;
}

/** The promotion of what a run has staged. */
export type RunContext = PromoteContext & { runId: string };

export function runContext(
  trx: Trx,
  runId: string,
  sliceIds: readonly string[],
  tick: number,
): RunContext {
  const documents = sql`
    (select slice_id, ci_id, document from staged_items where run_id = ${runId})`;
  return { trx, runId, changedBy: null, sliceIds, tick, documents };
}
