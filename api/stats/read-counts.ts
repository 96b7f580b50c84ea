import { sql } from 'kysely';
import type { Db } from '../../db/postgres/database.ts';
import { getStats, type Stats } from '../../db/postgres/get-stats.ts';
import type { Moment } from '../../db/postgres/moment.ts';
import { type DayOfTrend, readTrend } from '../../db/postgres/stats/read-trend.ts';
import type { Restriction } from '../../model/access.ts';

/** What is counted, and what became of it lately. */
export interface InventoryCounts extends Stats {
  trend: DayOfTrend[];
}

/** Answers that are kept, one for each restriction; those beyond are made anew. */
const MOST_KEPT = 100;

export async function readCounts(
  db: Db,
  restriction: Restriction | null,
  moment: Moment | null,
): Promise<InventoryCounts> {
  const stats = await getStats(db, restriction, moment);
  return { ...stats, trend: await readTrend(db, restriction, moment) };
}

/**
 * Reads the counts of now, which are those of the last commit until there is a newer one: at a
 * million items they take over a second, and dashboards ask every few. Who asks meanwhile waits
 * for the same answer.
 */
export function createCountsReader(db: Db) {
  const kept = new Map<string, { state: string; counts: Promise<InventoryCounts> }>();
  return async (restriction: Restriction | null): Promise<InventoryCounts> => {
    const whose = JSON.stringify(restriction);
    // Before the counts: they may be newer than it, never older.
    const state = await stateOf(db);
    const known = kept.get(whose);
    if (known?.state === state) return known.counts;
    const counts = readCounts(db, restriction, null);
    kept.delete(whose);
    kept.set(whose, { state, counts });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    counts.catch(() => {
      if (kept.get(whose)?.counts === counts) kept.delete(whose);
    });
    return counts;
  };
}

/** What the counts depend on: the last commit, what retention left, and the day for the trend. */
async function stateOf(db: Db): Promise<string> {
  const { rows } = await sql<{ state: string }>`
    select concat_ws(' ',
      (select seq || ' ' || committed_at from ticks order by seq desc limit 1),
      (select kept_from from history_bound),
      (now() at time zone 'UTC')::date
    ) as state
  `.execute(db);
  return rows[0]?.state ?? '';
}
