import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './database.ts';

/** One publisher at a time: two would write one outbox in two orders. */
export const PUBLISHER_LOCK = 0x636d6462_03;
const POLL_MS = 250;

/**
 * Runs `work` while holding the publisher's lease, waiting for it as long as the signal allows.
 * The lease is a session lock: PostgreSQL itself ends it with the connection of a holder that died.
 * Who waits holds no connection: the holder needs some of the same pool.
 *
 * @param work is given a check that throws when the lease is lost, for between its batches
 */
export async function withPublisherLease<T>(
  db: Db,
  signal: AbortSignal,
  work: (ensureHeld: () => Promise<void>) => Promise<T>,
): Promise<T> {
  for (;;) {
    const done = await db.connection().execute(async (connection) => {
      const { rows } = await sql<{ held: boolean }>`
        select pg_try_advisory_lock(${PUBLISHER_LOCK}) as held
      `.execute(connection);
      if (!rows[0]?.held) return null;
      try {
        const ensureHeld = async () => {
          await sql`select`.execute(connection);
        };
        return { result: await work(ensureHeld) };
      } finally {
        await sql`select pg_advisory_unlock(${PUBLISHER_LOCK})`.execute(connection);
      }
    });
    if (done) return done.result;
    await sleep(POLL_MS, undefined, { signal });
  }
}
