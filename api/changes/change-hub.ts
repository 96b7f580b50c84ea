import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { FeedCursor } from '../../db/postgres/changes/feed-cursor.ts';
import type { Db } from '../../db/postgres/database.ts';
import {
  type ChangePage,
  type ChangeQuery,
  isEventWanted,
  newestPlace,
  readChanges,
} from '../../db/postgres/read-changes.ts';

/** Brings the feed to many listeners for the price of one. */
export interface ChangeHub {
  /** Reads on from a place; from memory where others have just read the same. */
  read(after: FeedCursor, query: ChangeQuery): Promise<ChangePage>;
  /**
   * Waits until there is something behind a place, or it is time for a heartbeat.
   *
   * @returns false when nothing came in time, or the signal was given
   */
  waitBeyond(place: FeedCursor, signal: AbortSignal): Promise<boolean>;
  /** How many wait just now. */
  readonly waiting: number;
}

export interface ChangeHubOptions {
  db: Db;
  log: Logger;
  /** How often to look for new commits, while anybody waits for one. */
  poll_ms?: number;
  /** After how long without a change to say that the stream lives. */
  heartbeat_ms?: number;
}

const POLL_MS = 1_000;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
const EVENTS_PER_READ = 100;
/** What comes in one look and is kept for all listeners; of more than this each reads its own part. */
const MAX_SHARED_EVENTS = 500;
/** Connections of the pool that listeners take at once: requests need the others. */
const MAX_READS = 2;

/**
 * Makes the hub. It looks for new commits once a second, for all listeners together and only while
 * there are any, and holds no connection while it waits. What few commits bring is read once and
 * handed to everybody; a listener that is further behind reads for itself.
 */
export function createChangeHub({
  db,
  log,
  poll_ms = POLL_MS,
  heartbeat_ms = HEARTBEAT_MS,
}: ChangeHubOptions): ChangeHub {
  const listeners = new Set<() => void>();
  const reads = pLimit(MAX_READS);
  let known: FeedCursor | null = null;
  let shared: { after: FeedCursor; page: ChangePage } | null = null;
  let isPolling = false;

  return {
    get waiting() {
      return listeners.size;
    },
    async read(after, query) {
      const fresh = shared && takeShared(shared, after, query);
      return fresh ?? reads(() => readChanges(db, after, query, EVENTS_PER_READ));
    },
    async waitBeyond(place, signal) {
      const isBehind = () => known !== null && known.seq > place.seq;
      const gaveUp = AbortSignal.any([signal, AbortSignal.timeout(heartbeat_ms)]);
      while (!isBehind() && !gaveUp.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        listeners.add(resolve);
        gaveUp.addEventListener('abort', () => resolve(), { once: true });
        if (!isPolling) void poll();
        await promise;
        listeners.delete(resolve);
      }
      return isBehind();
    },
  };

  async function poll(): Promise<void> {
    isPolling = true;
    while (listeners.size > 0) {
      try {
        if (await look()) wake();
      } catch (err) {
        log.warn({ err }, 'The feed of changes cannot be read just now.');
      }
      await sleep(poll_ms);
    }
    isPolling = false;
  }

  /** @returns whether there are new commits */
  async function look(): Promise<boolean> {
    const newest = await newestPlace(db);
    if (known && newest.seq === known.seq) return false;
    const after = known;
    const page = after && (await readChanges(db, after, {}, MAX_SHARED_EVENTS));
    shared = after && page && !page.has_more ? { after, page } : null;
    known = shared?.page.next ?? newest;
    return true;
  }

  function wake(): void {
    for (const resolve of listeners) resolve();
  }
}

/** The part of what was read for all that a listener wants; null where it is not at hand. */
function takeShared(
  { after, page }: { after: FeedCursor; page: ChangePage },
  place: FeedCursor,
  query: ChangeQuery,
): ChangePage | null {
  if (place.inside || place.seq < after.seq || place.seq > page.next.seq) return null;
  const entries = page.entries.filter(
    ({ event }) => event.seq > place.seq && isEventWanted(query, event),
  );
  return { entries, begin: place, next: page.next, has_more: false };
}
