import { getStats, type Stats } from '../db/postgres/get-stats.ts';
import { newestCommit } from '../db/postgres/newest-commit.ts';
import { readTrend, type TrendDay } from '../db/postgres/read-trend.ts';
import type { Restriction } from '../model/access.ts';
import type { AppDeps } from './app-deps.ts';

export type StatsWithTrend = Stats & { trend: TrendDay[] };
export type StatsReader = (restriction: Restriction | null) => Promise<StatsWithTrend>;

/** Restrictions whose statistics are kept at once. */
const MAX_KEPT = 100;

/**
 * Makes what counts the inventory as it is. Counting a million items takes seconds, so what was
 * counted holds until the next commit, or the next day; who asks meanwhile waits for the same count.
 */
export function createStatsReader({ db }: Pick<AppDeps, 'db'>): StatsReader {
  const kept = new Map<string, { of: string; stats: Promise<StatsWithTrend> }>();
  return async (restriction) => {
    // Read first: what is counted is of this commit, or newer.
    const of = `${await newestCommit(db)} ${new Date().toISOString().slice(0, 10)}`;
    const key = JSON.stringify(restriction);
    const known = kept.get(key);
    if (known?.of === of) return known.stats;
    const stats = count(restriction);
    kept.delete(key);
    kept.set(key, { of, stats });
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    try {
      return await stats;
    } catch (error) {
      if (kept.get(key)?.stats === stats) kept.delete(key);
      throw error;
    }
  };

  async function count(restriction: Restriction | null): Promise<StatsWithTrend> {
    const [stats, trend] = await Promise.all([
      getStats(db, restriction),
      readTrend(db, restriction),
    ]);
    return { ...stats, trend };
  }
}
