import type { Trx } from '../database.ts';

/** What the steps of one promotion share. */
export interface PromoteContext {
  trx: Trx;
  runId: string;
  sliceIds: readonly string[];
  /** The mark of every row that this promotion writes. */
  tick: number;
}
