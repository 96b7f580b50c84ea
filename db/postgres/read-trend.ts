import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import type { Db } from './database.ts';
import { visibleTo } from './visibility.ts';

/** What became of the inventory on one day, in UTC. */
export interface TrendDay {
  /** `2026-11-23` */
  day: string;
  added: number;
  /** Versions after the first. */
  changed: number;
  retired: number;
}

/** The days that a trend goes back, today among them. */
export const TREND_DAYS = 30;

/**
 * Counts by day what was added, changed and retired. Reads what lies in these days only; a day of
 * which nothing is told is told with zeros. To retire is no change beside.
 *
 * @param restriction what items are now decides who sees what became of them
 */
export async function readTrend(db: Db, restriction: Restriction | null): Promise<TrendDay[]> {
  const seen = restriction ? sql`join items seen using (ci_id)` : sql``;
  const condition = restriction ? visibleTo(restriction, 'seen') : sql`true`;
  const { rows } = await sql<TrendDay>`
    with days as (
      select generate_series(today - ${TREND_DAYS - 1}::int, today, '1 day')::date as day
      from (select (now() at time zone 'UTC')::date as today) clock
    ), since as (
      select tick, (committed_at at time zone 'UTC')::date as day from ticks
      where committed_at >= (select min(day) from days)::timestamp at time zone 'UTC'
    ), first as (
      select coalesce(min(tick), 0) as tick from since
    ), happened as (
      select items.created_tick as tick, 'added' as what, count(*) as count
      from items where created_tick >= (select tick from first) and ${visibleTo(restriction)}
      group by 1
      union all
      select items.valid_from, 'changed', count(*)
      from items where valid_from >= (select tick from first) and version > 1
        and ${visibleTo(restriction)} and not ${retiredBy('items')}
      group by 1
      union all
      select old.valid_from, 'changed', count(*)
      from item_versions old ${seen}
      where old.valid_from >= (select tick from first) and old.version > 1 and ${condition}
        and not ${retiredBy('old')}
      group by 1
      union all
      select absence.retired_tick, 'retired', count(*)
      from item_absences absence ${seen}
      where absence.retired_tick >= (select tick from first) and ${condition}
      group by 1
    ), summed as (
      select day, what, sum(count) as count from happened join since using (tick) group by 1, 2
    )
    select to_char(days.day, 'YYYY-MM-DD') as day,
      coalesce(sum(count) filter (where what = 'added'), 0)::bigint as added,
      coalesce(sum(count) filter (where what = 'changed'), 0)::bigint as changed,
      coalesce(sum(count) filter (where what = 'retired'), 0)::bigint as retired
    from days left join summed using (day)
    group by 1 order by 1
  `.execute(db);
  return rows;
}

/** Whether a version is the one that retired its item. */
function retiredBy(table: 'items' | 'old'): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from item_absences absence
    where absence.ci_id = ${sql.ref(`${table}.ci_id`)}
      and absence.retired_tick = ${sql.ref(`${table}.valid_from`)}
  )`;
}
