import { sql } from 'kysely';
import type { Change } from '../../model/configuration-item.ts';
import type { Db } from './database.ts';

/**
 * Lists the versions of an item, the newest first, one page by its place.
 *
 * @param before the last version of the page before; null for the first page
 */
export async function listVersions(
  db: Db,
  ciId: string,
  limit: number,
  before: number | null,
): Promise<Change[]> {
  const { rows } = await sql<Omit<Change, 'timestamp'> & { timestamp: Date }>`
    select every.version, made.committed_at as timestamp, every.run_id, every.changed_by,
      every.changes
    from (
      select version, run_id, changed_by, changes, valid_from from items where ci_id = ${ciId}
      union all
      select version, run_id, changed_by, changes, valid_from from item_versions
      where ci_id = ${ciId}
    ) every
    join ticks made on made.tick = every.valid_from
    where ${before === null ? sql`true` : sql`every.version < ${before}`}
    order by every.version desc limit ${limit}
  `.execute(db);
  return rows.map(({ timestamp, ...rest }) => ({ ...rest, timestamp: timestamp.toISOString() }));
}

/** @returns from when on history is kept; null while all of it is */
export async function historyKeptFrom(db: Db): Promise<Date | null> {
  const { kept_from } = await db
    .selectFrom('history_bound')
    .select('kept_from')
    .executeTakeFirstOrThrow();
  return kept_from;
}
