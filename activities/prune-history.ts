import { cancellationSignal } from '@temporalio/activity';
import { storeTime } from '../db/postgres/clock.ts';
import { moveBound, type Retention } from '../db/postgres/prune/move-bound.ts';
import {
  type Prune,
  pruneAbsences,
  pruneRelationships,
  pruneTicks,
  pruneVersions,
} from '../db/postgres/prune/prune-intervals.ts';
import { listOldRuns, pruneRuns, pruneScans } from '../db/postgres/prune/prune-runs.ts';
import type { Sources } from '../model/sources.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';

/** Rows in one transaction: some tenths of a second. */
const ROWS_PER_BATCH = 5_000;
const DAY_MS = 86_400_000;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** How many rows of each kind retention removed. */
export interface PrunedCounts {
  versions: number;
  relationships: number;
  absences: number;
  ticks: number;
  scans: number;
  runs: number;
}

/** In this order: ticks go when nothing refers to them any more. */
const INTERVALS: Array<[keyof PrunedCounts, Prune]> = [
  ['versions', pruneVersions],
  ['relationships', pruneRelationships],
  ['absences', pruneAbsences],
  ['ticks', pruneTicks],
];

/**
 * Removes the history that is older than the sources file says, batch by batch. The bound is
 * written down first, so that an attempt that breaks off leaves no answer wrong; the next goes on.
 */
export function createPruneHistory({
  db,
  sources,
  logger,
}: Pick<ActivityDeps, 'db' | 'sources' | 'logger'>) {
  return async (): Promise<PrunedCounts> => {
    const pruned = { versions: 0, relationships: 0, absences: 0, ticks: 0, scans: 0, runs: 0 };
    const signal = cancellationSignal();
    await beating(
      () => pruned,
      async () => {
        const bounds = await moveBound(db, retentionOf(sources.history, await storeTime(db)));
        if (bounds.moment) {
          for (const [kind, prune] of INTERVALS) {
            for (let batch = ROWS_PER_BATCH; batch === ROWS_PER_BATCH; pruned[kind] += batch) {
              signal.throwIfAborted();
              batch = await prune(db, bounds.moment, ROWS_PER_BATCH);
            }
          }
        }
        if (bounds.scans_before) await pruneOldRuns(bounds.scans_before, pruned, signal);
      },
    );
    logger.info(pruned, 'pruned');
    return pruned;
  };

  async function pruneOldRuns(before: Date, pruned: PrunedCounts, signal: AbortSignal) {
    for (const runId of await listOldRuns(db, before)) {
      for (let after: string | null = NIL_UUID; after !== null; ) {
        signal.throwIfAborted();
        const page = await pruneScans(db, runId, before, after, ROWS_PER_BATCH);
        pruned.scans += page.deleted;
        after = page.next_after;
      }
    }
    pruned.runs += await pruneRuns(db, before);
  }
}

function retentionOf(history: Sources['history'], now: Date): Retention {
  const before = (days: number | 'forever') =>
    days === 'forever' ? null : new Date(now.getTime() - days * DAY_MS);
  return { history: before(history.keep_days), scans: before(history.keep_runs_days) };
}
