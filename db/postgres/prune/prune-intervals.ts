import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { type Moment, visibleAt } from '../moment.ts';
import { RELATE_LOCK } from '../relate.ts';

/**
 * Deletes what ended before the bound, a batch in a transaction: what was valid at the bound ended
 * after it, so it stays.
 *
 * @param limit rows at most
 * @returns how many were deleted; fewer than `limit` when there are no more
 */
export type Prune = (db: Db, bound: Moment, limit: number) => Promise<number>;

export const pruneVersions: Prune = async (db, bound, limit) =>
  deleted(
    db,
    sql`
      delete from item_versions where ctid = any(array(
        select ctid from item_versions where ${visibleAt('valid_to', bound)} limit ${limit}
      ))
    `,
  );

export const pruneAbsences: Prune = async (db, bound, limit) =>
  deleted(
    db,
    sql`
      delete from item_absences where ctid = any(array(
        select ctid from item_absences where ${visibleAt('to_tick', bound)} limit ${limit}
      ))
    `,
  );

/**
 * Relate waits meanwhile: a relationship that begins again takes its `created_tick` from an interval
 * that ended, which it must not find and lose.
 */
export const pruneRelationships: Prune = (db, bound, limit) =>
  besidesRelate(db, (trx) =>
    deleted(
      trx,
      sql`
        delete from relationships where ctid = any(array(
          select ctid from relationships where ${visibleAt('valid_to', bound)} limit ${limit}
        ))
      `,
    ),
  );

/** Columns that hold ticks, of whose commits times are read. */
const REFERRING: Array<[table: string, columns: string[]]> = [
  ['items', ['created_tick', 'valid_from']],
  ['item_versions', ['valid_from', 'valid_to']],
  ['item_absences', ['from_tick', 'retired_tick', 'to_tick']],
  ['item_volatile', ['tick']],
  ['relationships', ['touched_tick', 'valid_from', 'valid_to']],
];

/**
 * Deletes ticks before the bound that nothing refers to any more, after everything else. Rows take
 * over ticks of other rows, but only those that another row has; so one that nobody has stays so.
 */
export const pruneTicks: Prune = (db, bound, limit) =>
  besidesRelate(db, async (trx) => {
    // No index has this column: it would be written with each relationship, for this alone.
    await sql`
      create temporary table created_ticks on commit drop as
      select distinct created_tick from relationships where created_tick <= ${bound.max_tick}
    `.execute(trx);
    const isReferredTo = REFERRING.flatMap(([table, columns]) =>
      columns.map(
        (column) => sql`exists (
          select from ${sql.table(table)} where ${sql.ref(`${table}.${column}`)} = ticks.tick
        )`,
      ),
    );
    return deleted(
      trx,
      sql`
        delete from ticks where tick = any(array(
          select tick from ticks
          where seq < ${bound.seq}
            and not (${sql.join(isReferredTo, sql` or `)})
            and tick not in (select created_tick from created_ticks)
          order by seq limit ${limit}
        ))
      `,
    );
  });

function besidesRelate<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${RELATE_LOCK})`.execute(trx);
    return work(trx);
  });
}

async function deleted(db: Db, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows } = await statement.execute(db);
  return Number(numAffectedRows ?? 0n);
}
