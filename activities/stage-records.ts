import type { Db } from '../db/postgres/database.ts';
import { readPresent } from '../db/postgres/read-present.ts';
import { stagePage } from '../db/postgres/stage-page.ts';
import { identifyPage } from './identify-page.ts';
import type { Mapping } from './mapping.ts';
import { observePage } from './observe-page.ts';

export interface PagePlace {
  run_id: string;
  slice_id: string;
  /** The page's place in the listing, from 0. */
  page: number;
}

/**
 * Stages one page of a listing: reads the ids, looks the present items up in one query, maps what
 * is not known already, and stages it all in one transaction. Safe to run again.
 *
 * @returns how many records were rejected, and whether one of them could be any item
 * @throws {SliceClosedError} when the slice is not being collected any more
 */
export async function stageRecords(
  db: Db,
  records: readonly unknown[],
  mapping: Mapping,
  { run_id, slice_id, page }: PagePlace,
): Promise<{ rejected: number; has_unidentified: boolean }> {
  // Most slices of an account are empty: nothing of theirs is worth a transaction.
  if (records.length === 0) return { rejected: 0, has_unidentified: false };
  const identified = identifyPage(records, mapping, page);
  const present = await readPresent(
    db,
    identified.records.map(({ ci_id }) => ci_id),
  );
  const observed = observePage(identified.records, present, mapping);
  const rejected = [...identified.rejected, ...observed.rejected];
  await stagePage(db, run_id, slice_id, observed.items, rejected);
  return { rejected: rejected.length, has_unidentified: identified.has_unidentified };
}
