import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { holdsAt, type Moment, visibleAt } from './moment.ts';

/**
 * The items as they are, or as they were at a moment, for the `from` clause of a statement, which
 * names it `items` or as it likes. The past has the columns of `items` that describe an item and say
 * where its version stands; what tracking notes of the present alone is not among them.
 *
 * An item costs one look at its versions where it has changed since, so that the cost is that of
 * the items that are read, however long their history is.
 */
export function itemsAt(moment: Moment | null): RawBuilder<unknown> {
  if (!moment) return sql`items`;
  const columns = (table: string) =>
    sql.join(
      ['version', 'body', 'changes', 'run_id', 'changed_by', 'valid_from'].map((column) =>
        sql.ref(`${table}.${column}`),
      ),
    );
  return sql`(
    select present.ci_id, present.slice_id, present.provider, present.account,
      present.resource_type, present.created_tick, ${columns('held')},
      held.body->>'ci_type' as ci_type, held.body->>'name' as name, held.body->>'status' as status,
      held.body->>'environment' as environment, held.body->>'region' as region
    from items present
    cross join lateral (
      select ${columns('present')} where ${visibleAt('present.valid_from', moment)}
      union all (
        select ${columns('old')} from item_versions old
        where not ${visibleAt('present.valid_from', moment)}
          and old.ci_id = present.ci_id and ${visibleAt('old.valid_from', moment)}
        order by old.version desc limit 1
      )
    ) held
    where ${visibleAt('present.created_tick', moment)}
  )`;
}

/** Whether an item of `itemsAt` was neither missing nor retired; the statement names it `items`. */
export function isThereAt(moment: Moment | null): RawBuilder<SqlBool> {
  if (!moment) return sql<SqlBool>`(items.missing_since is null and items.retired_at is null)`;
  return sql<SqlBool>`not exists (
    select from item_absences absence where absence.ci_id = items.ci_id
      and ${holdsAt('absence.from_tick', 'absence.to_tick', moment)}
  )`;
}
