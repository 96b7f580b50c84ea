import { relate } from '../db/postgres/relate.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';

/** Bounds one transaction to some seconds of work. */
const ITEMS_PER_BATCH = 100_000;

export interface RelatedCounts {
  added: number;
  ended: number;
}

/**
 * Works off the queue of changed keys and references, whoever queued them.
 *
 * `run_id` is the discovery that asks; null for a person's change.
 */
export function createRelateChanges({ db, logger }: ActivityDeps) {
  return async ({ run_id }: { run_id: string | null }): Promise<RelatedCounts> => {
    const total: RelatedCounts = { added: 0, ended: 0 };
    await beating(
      () => total,
      async () => {
        for (;;) {
          const batch = await relate(db, run_id, ITEMS_PER_BATCH);
          total.added += batch.added;
          total.ended += batch.ended;
          if (batch.taken < ITEMS_PER_BATCH) break;
        }
      },
    );
    logger.info({ run_id, ...total }, 'related');
    return total;
  };
}
