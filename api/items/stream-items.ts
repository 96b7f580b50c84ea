import { type AllItemsQuery, readAllItems } from '../../db/postgres/search/read-all-items.ts';
import type { ConfigurationItem } from '../../model/configuration-item.ts';
import type { AppDeps } from '../app-deps.ts';
import { Problem } from '../http/problem.ts';

/** How items become text. */
export interface ItemEncoding {
  head: string;
  linesOf(items: ConfigurationItem[]): string;
}

/** However slowly it is read, it ends then: its snapshot keeps PostgreSQL from tidying up. */
const MAX_STREAM_MS = 30 * 60_000;

/**
 * Streams all items that a filter finds. A page is read when the one before is taken, so that what
 * is in memory is two pages, however many there are and however slowly they are read. When the reader
 * goes away, the statement ends.
 *
 * An error after the beginning breaks the stream off, which HTTP tells from an end.
 *
 * @param query with the signal of the request
 * @param ended called once when nothing more is read
 * @throws what goes wrong before the first page is there
 */
export async function streamItems(
  { db, log, stopping }: Pick<AppDeps, 'db' | 'log' | 'stopping'>,
  query: AllItemsQuery,
  { head, linesOf }: ItemEncoding,
  requestId: string,
  ended: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    {},
    { highWaterMark: 1 },
    { highWaterMark: 0 },
  );
  const writer = writable.getWriter();
  const gone = new AbortController();
  const signal = AbortSignal.any([
    gone.signal,
    query.signal,
    AbortSignal.timeout(MAX_STREAM_MS),
    ...(stopping ? [stopping] : []),
  ]);
  writer.closed.catch((reason) => gone.abort(reason));
  const encoder = new TextEncoder();
  const begun = Promise.withResolvers<void>();
  let text = head;
  void readAllItems(db, { ...query, signal }, async (items) => {
    begun.resolve();
    await writer.write(encoder.encode(text + linesOf(items)));
    text = '';
  })
    .then(async () => {
      begun.resolve();
      if (text !== '') await writer.write(encoder.encode(text));
      await writer.close();
    })
    .catch(async (err) => {
      begun.reject(
        query.signal.aborted
          ? new Problem('timeout', 'The request was given up.', { cause: err })
          : err,
      );
      if (!gone.signal.aborted && !query.signal.aborted) {
        log.warn({ err, request_id: requestId }, 'An export broke off.');
      }
      await writer.abort(err);
    })
    .finally(ended);
  await begun.promise;
  return readable;
}
