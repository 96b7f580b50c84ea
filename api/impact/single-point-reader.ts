import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../../db/postgres/database.ts';
import { Problem } from '../http/problem.ts';
import { findSinglePoints, type SinglePoints } from './single-points.ts';

/** @throws {Problem} when it is not worked out in time */
export type SinglePointReader = () => Promise<SinglePoints>;

/** Below the request timeout; the work goes on, for whoever asks again. */
const WAIT_MS = 20_000;

/**
 * Where working it out takes longer than this, an answer that is older than the inventory is given
 * for a while – ten times as long as it took –, so that questions during a discovery do not make one
 * analysis follow the other. An answer always tells of which state it is.
 */
const LONG_MS = 1_000;
const KEEP_FACTOR = 10;

/** Makes the reader of single points of failure: one analysis at a time, kept while it holds. */
export function createSinglePointReader({ db }: { db: Db }): SinglePointReader {
  let kept: { points: SinglePoints; at: number } | null = null;
  let running: Promise<SinglePoints> | null = null;
  return async () => {
    if (kept && (isRecent(kept) || (await lastSeq(db)) === kept.points.seq)) return kept.points;
    running ??= findSinglePoints(db)
      .then((points) => {
        kept = { points, at: performance.now() };
        return points;
      })
      .finally(() => {
        running = null;
      });
    const done = await Promise.race([running, sleep(WAIT_MS, null, { ref: false })]);
    if (done) return done;
    throw new Problem('component-unavailable', 'It is being worked out; ask again in a moment.', {
      headers: { 'retry-after': '10' },
    });
  };
}

function isRecent({ points, at }: { points: SinglePoints; at: number }): boolean {
  const age = performance.now() - at;
  return points.took_ms > LONG_MS && age < points.took_ms * KEEP_FACTOR;
}

async function lastSeq(db: Db): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select coalesce(max(seq), 0) as seq from ticks
  `.execute(db);
  return rows[0]?.seq ?? 0;
}
