import { type RawBuilder, sql } from 'kysely';
import type { Restriction } from '../../../model/access.ts';
import type { Db } from '../database.ts';
import { itemsAt } from '../items-at.ts';
import { type Moment, visibleAt } from '../moment.ts';
import { visibleTo } from '../visibility.ts';

/** What became of items on one day, UTC. */
export interface DayOfTrend {
  /** `2026-11-23` */
  day: string;
  /** Items that were found for the first time. */
  added: number;
  /** New versions of items that were known; to be retired is one, too. */
  changed: number;
  /** Items that tracking retired. */
  retired: number;
}

/** How many days the trend goes back, the last one included. */
export const TREND_DAYS = 30;

/**
 * Counts, day by day, what became of the items that somebody may see now. Days on which nothing did,
 * and those of which the history is not kept any more, are left out.
 *
 * The clock's ticks tell the day, and each count is one range of an index that begins with a tick:
 * of the history before the first day nothing is read.
 */
export async function readTrend(
  db: Db,
  restriction: Restriction | null,
  moment: Moment | null = null,
): Promise<DayOfTrend[]> {
  const first = await firstTick(db, moment);
  if (first === null) return [];
  const counted = (table: string, tick: string, kind: string) => sql`
    select ${sql.ref(tick)} as tick, ${sql.lit(kind)} as kind, count(*) as count
    from ${sql.table(table)} counted ${sightOn(restriction, moment)}
    where ${sql.ref(tick)} >= ${first} group by 1`;
  const { rows } = await sql<DayOfTrend>`
    with counted as (
      ${counted('items', 'counted.created_tick', 'added')}
      union all ${counted('items', 'counted.valid_from', 'version')}
      union all ${counted('item_versions', 'counted.valid_from', 'version')}
      union all ${counted('item_absences', 'counted.retired_tick', 'retired')}
    ),
    of_days as (
      select to_char(committed_at at time zone 'UTC', 'YYYY-MM-DD') as day, kind, count
      from counted join (select * from ${daysOfTrend(moment)}) ticks using (tick)
    )
    select day,
      coalesce(sum(count) filter (where kind = 'added'), 0)::int as added,
      (coalesce(sum(count) filter (where kind = 'version'), 0)
        - coalesce(sum(count) filter (where kind = 'added'), 0))::int as changed,
      coalesce(sum(count) filter (where kind = 'retired'), 0)::int as retired
    from of_days group by day order by day
  `.execute(db);
  return rows;
}

/** In a statement of its own: the planner must know the number to take the index. */
async function firstTick(db: Db, moment: Moment | null): Promise<number | null> {
  const { rows } = await sql<{ tick: number | null }>`
    select min(tick) as tick from ${daysOfTrend(moment)}
  `.execute(db);
  return rows[0]?.tick ?? null;
}

/** The commits of those days, as far as the history of a whole day is kept. */
function daysOfTrend(moment: Moment | null): RawBuilder<unknown> {
  const end = moment ? sql`${moment.at}::timestamptz` : sql`now()`;
  return sql`ticks cross join history_bound
    where committed_at >= greatest(
        date_trunc('day', ${end}, 'UTC') - make_interval(days => ${sql.lit(TREND_DAYS - 1)}),
        date_trunc('day', kept_from + interval '1 day', 'UTC')
      )
      and ${moment ? visibleAt('ticks.tick', moment) : sql`true`}`;
}

/** As in the other counts, what an item is at the moment decides, not what it was on the day. */
function sightOn(restriction: Restriction | null, moment: Moment | null): RawBuilder<unknown> {
  if (!restriction) return sql``;
  return sql`join ${itemsAt(moment)} seen
    on seen.ci_id = counted.ci_id and ${visibleTo(restriction, 'seen')}`;
}
