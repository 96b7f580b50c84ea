import type { RawBuilder } from 'kysely';
import type { Trx } from '../database.ts';
import { stagedDocument } from './staged-rows.ts';

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
  /** The document of a row of `promote_staged`, which the statement calls `staged`: to join laterally. */
  stagedDocument: RawBuilder<unknown>;
}

/** The promotion of what a run has staged. */
export type RunContext = PromoteContext & { runId: string };

export function runContext(
  trx: Trx,
  runId: string,
  sliceIds: readonly string[],
  tick: number,
): RunContext {
  return { trx, runId, changedBy: null, sliceIds, tick, stagedDocument: stagedDocument(runId) };
}
