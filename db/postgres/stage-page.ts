import { sql } from 'kysely';
import type { JsonObject, Reference, RelationDeclaration } from '../../model/resource-type.ts';
import type { Db, Trx } from './database.ts';
import type { SliceScan } from './slice-scan.ts';

/** A reference with what its declaration says of it, ready for the store. */
export interface StagedReference extends Omit<Reference, 'weight' | 'attributes'> {
  type: RelationDeclaration['type'];
  spread: RelationDeclaration['spread'];
  measured: boolean;
  discriminator: string;
  weight: number;
  attributes: JsonObject;
}

/** One observed item, ready for the store. */
export interface StagedItem {
  ci_id: string;
  /** 128-bit hashes in UUID notation; equal hashes mean equal parts. */
  content_hash: string;
  links_hash: string;
  volatile_hash: string;
  /** Of the record that it was made of; null where that cannot be told. */
  source_hash: string | null;
  /**
   * `{"body", "volatile", "keys", "references"}` as JSON text; null where all hashes of the parts
   * equal those of the present item.
   */
  document: string | null;
}

/** A record that could not be read. */
export interface RejectedRecord {
  /** Its native id where that could be read, else its place in the listing. */
  record_key: string;
  ci_id: string | null;
  reason: string;
}

/**
 * The slice is not being collected any more, or not by this listing: another attempt ended it or
 * began it again, or its run is over.
 */
export class SliceClosedError extends Error {
  override name = 'SliceClosedError';
  readonly code = 'slice_closed';
}

/**
 * Stages a page of a slice, in one transaction.
 *
 * Safe to run again: a page that an earlier attempt staged is overwritten, and counted once.
 *
 * @returns how many items of the page had not been staged before
 * @throws {SliceClosedError} also for a page of a listing that has begun again since
 */
export async function stagePage(
  db: Db,
  runId: string,
  { slice_id: sliceId, listing }: Pick<SliceScan, 'slice_id' | 'listing'>,
  items: readonly StagedItem[],
  rejected: readonly RejectedRecord[],
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockOpenScan(trx, runId, sliceId, listing);
    const staged = await sql<{ inserted: boolean }>`
      insert into staged_items
        (run_id, slice_id, ci_id, content_hash, links_hash, volatile_hash, source_hash, document)
      select ${runId}, ${sliceId}, field[1]::uuid, field[2]::uuid, field[3]::uuid,
        field[4]::uuid, nullif(field[5], '')::uuid, nullif(field[6], '')::jsonb
      from string_to_table(${rowsOf(items)}, ${ROW_SEPARATOR}) as line,
        string_to_array(line, ${FIELD_SEPARATOR}) as field
      on conflict (run_id, slice_id, ci_id) do update set
        content_hash = excluded.content_hash,
        links_hash = excluded.links_hash,
        volatile_hash = excluded.volatile_hash,
        source_hash = excluded.source_hash,
        document = excluded.document
      returning (xmax = 0) as inserted
    `.execute(trx);
    const insertedCount = staged.rows.filter((row) => row.inserted).length;
    const newlyRejected = await rejectRecords(trx, runId, sliceId, rejected);
    await sql`
      update slice_scans set
        staged_count = staged_count + ${insertedCount},
        page_count = page_count + 1,
        rejected_count = rejected_count + ${newlyRejected.length},
        exempt_ids = exempt_ids || ${newlyRejected.flatMap((row) => row.ci_id ?? [])}::uuid[]
      where run_id = ${runId} and slice_id = ${sliceId}
    `.execute(trx);
    return insertedCount;
  });
}

/**
 * Forgets what is staged of a slice, for its listing begins again at its first page: an item that
 * only the listing before had is not seen. Pages of that listing are refused from now on.
 *
 * @returns the number of the listing that begins
 * @throws {SliceClosedError} when another attempt has done so already
 */
export async function beginListingAgain(
  db: Db,
  runId: string,
  { slice_id: sliceId, listing }: Pick<SliceScan, 'slice_id' | 'listing'>,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockOpenScan(trx, runId, sliceId, listing);
    for (const table of ['staged_items', 'rejected_records'] as const) {
      await trx
        .deleteFrom(table)
        .where('run_id', '=', runId)
        .where('slice_id', '=', sliceId)
        .execute();
    }
    await sql`
      update slice_scans set
        listing = listing + 1, staged_count = 0, page_count = 0, rejected_count = 0,
        exempt_ids = '{}'
      where run_id = ${runId} and slice_id = ${sliceId}
    `.execute(trx);
    return listing + 1;
  });
}

async function lockOpenScan(
  trx: Trx,
  runId: string,
  sliceId: string,
  listing: number,
): Promise<void> {
  const scan = await trx
    .selectFrom('slice_scans')
    .select(['state', 'listing'])
    .where('run_id', '=', runId)
    .where('slice_id', '=', sliceId)
    .forUpdate()
    .executeTakeFirst();
  if (scan?.state !== 'collecting') {
    throw new SliceClosedError(`Slice ${sliceId} of run ${runId} is ${scan?.state ?? 'unknown'}.`);
  }
  if (scan.listing !== listing) {
    throw new SliceClosedError(`Slice ${sliceId} of run ${runId} is being listed anew.`);
  }
}

/**
 * The separators of ASCII. JSON never has them as they are – control characters in its texts are
 * escaped – so nothing needs to be, neither here nor there: a page of rows as one JSON array takes
 * PostgreSQL twice as long to read, since it reads each document twice.
 */
const ROW_SEPARATOR = '\x1e';
const FIELD_SEPARATOR = '\x1f';

/** The same id twice in a page is one item; the later record wins, as it does across pages. */
function rowsOf(items: readonly StagedItem[]): string {
  const byId = new Map(items.map((item) => [item.ci_id, item]));
  return [...byId.values()]
    .map(({ ci_id, content_hash, links_hash, volatile_hash, source_hash, document }) =>
      [ci_id, content_hash, links_hash, volatile_hash, source_hash ?? '', document ?? ''].join(
        FIELD_SEPARATOR,
      ),
    )
    .join(ROW_SEPARATOR);
}

async function rejectRecords(
  trx: Trx,
  runId: string,
  sliceId: string,
  rejected: readonly RejectedRecord[],
) {
  if (rejected.length === 0) return [];
  return trx
    .insertInto('rejected_records')
    .values(rejected.map((record) => ({ run_id: runId, slice_id: sliceId, ...record })))
    .onConflict((conflict) => conflict.columns(['run_id', 'slice_id', 'record_key']).doNothing())
    .returning('ci_id')
    .execute();
}
