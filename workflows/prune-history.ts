import type { PrunedCounts } from '../activities/prune-history.ts';
import { bulk } from './activity-options.ts';

/** Removes the history that is older than is to be kept. A schedule starts it once a day. */
export async function pruneHistory(): Promise<PrunedCounts> {
  return bulk.pruneHistory();
}
