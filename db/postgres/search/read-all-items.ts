import { sql } from 'kysely';
import type { ConfigurationItem } from '../../../model/configuration-item.ts';
import type { Db, Trx } from '../database.ts';
import { type ItemRow, toConfigurationItem } from '../item-document.ts';
import { itemDocumentAt } from '../item-document-at.ts';
import { itemsAt } from '../items-at.ts';
import { inSnapshot, type Moment, readAt } from '../moment.ts';
import { type ItemFilter, itemConditions } from './item-filter.ts';
import { resolveSearch } from './resolve-search.ts';

/** Rows that are fetched at a time: some megabytes at most. */
const PAGE_SIZE = 500;
/** A reader that takes nothing for so long loses its transaction, which holds back the vacuum. */
const MAX_IDLE = '60s';

export interface AllItemsQuery {
  filter: ItemFilter;
  /** A time of the past; null for now. */
  at: Date | null;
  with_history: boolean;
  /** Ends it, also in the middle of a statement. */
  signal: AbortSignal;
}

/**
 * Hands every item that a filter finds to `use`, page by page in no particular order, in one
 * snapshot: one statement, of which a cursor fetches the next rows only when `use` has done with the
 * ones before.
 *
 * @throws {FutureMomentError} {@link PrunedMomentError} and the reason of the signal
 */
export async function readAllItems(
  db: Db,
  { filter, at, with_history, signal }: AllItemsQuery,
  use: (page: ConfigurationItem[]) => Promise<void>,
): Promise<void> {
  const read = async (trx: Trx, moment: Moment | null) => {
    await sql.raw(`set local idle_in_transaction_session_timeout = '${MAX_IDLE}'`).execute(trx);
    await using _cancelling = await cancelledBy(signal, db, trx);
    const resolved = await resolveSearch(trx, filter, moment);
    const { columns, joins } = itemDocumentAt(moment, with_history);
    await sql`
      declare all_items no scroll cursor for
      select ${columns} from (
        select * from ${itemsAt(moment)} items where ${itemConditions(resolved)}
      ) items ${joins}
    `.execute(trx);
    for (;;) {
      signal.throwIfAborted();
      const { rows } = await sql<ItemRow>`
        fetch ${sql.lit(PAGE_SIZE)} from all_items
      `.execute(trx);
      if (rows.length === 0) return;
      await use(rows.map(toConfigurationItem));
    }
  };
  if (at) await readAt(db, at, (trx, moment) => read(trx as Trx, moment));
  else await inSnapshot(db, (trx) => read(trx, null));
}

/**
 * Has PostgreSQL give up what the transaction is doing when the signal comes. Waits at its end for a
 * cancellation that is on its way, lest it hit whoever has the connection next.
 */
async function cancelledBy(signal: AbortSignal, db: Db, trx: Trx): Promise<AsyncDisposable> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
  // A signal that came already is not heard any more.
  signal.throwIfAborted();
  let cancelling: Promise<unknown> | null = null;
  const cancel = () => {
    cancelling = sql`select pg_cancel_backend(${rows[0]?.pid})`.execute(db);
    // Told at the end, below: until then nobody waits for it, and that must not end the process.
    cancelling.catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  return {
    [Symbol.asyncDispose]: async () => {
      signal.removeEventListener('abort', cancel);
      await cancelling;
    },
  };
}
