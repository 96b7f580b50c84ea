import { streamSSE } from 'hono/streaming';
import type { FeedCursor } from '../../db/postgres/changes/feed-cursor.ts';
import type { ChangeQuery } from '../../db/postgres/read-changes.ts';
import type { AppDeps } from '../app-deps.ts';
import type { AppContext } from '../http/router.ts';
import type { ChangeHub } from './change-hub.ts';
import { encodeFeedCursor } from './feed-cursor.ts';

/** A stream ends then, and its listener comes again by itself: so a revoked token is noticed. */
const MAX_STREAM_MS = 15 * 60_000;
/** How long a listener waits before it comes again. */
const RETRY_MS = 2_000;

/**
 * Answers with the feed as Server-Sent Events, from a place on, until the listener goes away. Each
 * event has the cursor behind it as its id. A heartbeat is an id without an event: it moves the
 * place from which the listener goes on, so that what it did not want is not looked through again.
 */
export function streamChanges(
  c: AppContext,
  { log, stopping }: Pick<AppDeps, 'log' | 'stopping'>,
  hub: ChangeHub,
  query: ChangeQuery,
  after: FeedCursor,
): Response {
  const ended = new AbortController();
  const signal = AbortSignal.any([
    ended.signal,
    AbortSignal.timeout(MAX_STREAM_MS),
    ...(stopping ? [stopping] : []),
  ]);
  const requestId = c.get('request_id');
  // Nginx would keep events back until it has a page of them.
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => ended.abort());
    try {
      await stream.write(`retry: ${RETRY_MS}\nid: ${encodeFeedCursor(after)}\n\n`);
      let place = after;
      while (!signal.aborted) {
        const page = await hub.read(place, query);
        for (const { event, cursor } of page.entries) {
          if (signal.aborted) return;
          await stream.writeSSE({
            id: encodeFeedCursor(cursor),
            event: event.type,
            data: JSON.stringify(event),
          });
        }
        place = page.next;
        if (page.has_more) continue;
        while (!(await hub.waitBeyond(place, signal)) && !signal.aborted) {
          await stream.write(`: still here\nid: ${encodeFeedCursor(place)}\n\n`);
        }
      }
    } catch (err) {
      // The answer has begun: the listener comes again, with the id of the last event that it got.
      log.warn({ err, request_id: requestId }, 'A stream of changes broke off.');
    }
  });
}
