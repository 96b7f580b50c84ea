import { type RawBuilder, sql } from 'kysely';
import type { DiffSummary, ItemDifference } from '../../../model/diff.ts';
import { changedItem } from '../changed-item.ts';
import type { Trx } from '../database.ts';
import { itemsAt } from '../items-at.ts';
import { happenedBetween, holdsAt, type Moment, visibleAt } from '../moment.ts';
import { type DiffScope, inScope } from './scope-of-diff.ts';

/**
 * Lists the items that differ between two moments, in the order of their ids. It looks at those of
 * which anything happened between the two, so that its cost is that of the changes.
 *
 * @param after the id that the page before ended with
 */
export async function diffItems(
  trx: Trx,
  scope: DiffScope,
  limit: number,
  after: string,
): Promise<ItemDifference[]> {
  const { rows } = await sql<ItemDifference>`
    select kind, ${changedItem('later')} as ci, earlier.version as from_version,
      later.version as to_version,
      case when earlier.ci_id is null then '{}' else changed_fields(earlier.body, later.body) end
        as changes
    from (
      select * from (${differing(scope, sql`ci_id > ${after}`)}) every
      where kind is not null order by ci_id limit ${limit}
    ) page
    join ${itemsAt(scope.to)} later on later.ci_id = page.ci_id
    left join ${itemsAt(scope.from)} earlier on earlier.ci_id = page.ci_id
    order by page.ci_id
  `.execute(trx);
  return rows;
}

export async function countItemDifferences(
  trx: Trx,
  scope: DiffScope,
): Promise<Partial<DiffSummary>> {
  const { rows } = await sql<{ kind: keyof DiffSummary; count: number }>`
    select kind, count(*) as count from (${differing(scope, sql`true`)}) every
    where kind is not null group by kind
  `.execute(trx);
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}

/** A query of `ci_id` and `kind`, which is null where nothing differs in the end. */
function differing(scope: DiffScope, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const { from, to } = scope;
  const happened = (table: string, column: string) => sql`
    select ci_id from ${sql.table(table)}
    where ${happenedBetween(column, from, to)} and ${condition}
  `;
  const touched = sql`
    ${happened('items', 'valid_from')} union ${happened('item_versions', 'valid_from')}
    union ${happened('item_absences', 'from_tick')}
    union ${happened('item_absences', 'retired_tick')}
    union ${happened('item_absences', 'to_tick')}
  `;
  return sql`
    select touched.ci_id,
      case
        when earlier.ci_id is null then 'added'
        when before.presence <> now.presence then now.presence
        when earlier.version <> later.version and earlier.body <> later.body then 'changed'
      end as kind
    from (${inScope(scope, touched)}) touched
    join ${itemsAt(to)} later on later.ci_id = touched.ci_id
    left join ${itemsAt(from)} earlier on earlier.ci_id = touched.ci_id
    cross join lateral (${presence(from)}) before
    cross join lateral (${presence(to)}) now
  `;
}

/** What tracking said of an item of `touched`, in the words of a difference to it. */
function presence(moment: Moment): RawBuilder<unknown> {
  return sql`
    select coalesce((
      select case when ${visibleAt('absence.retired_tick', moment)} then 'retired' else 'missing' end
      from item_absences absence
      where absence.ci_id = touched.ci_id
        and ${holdsAt('absence.from_tick', 'absence.to_tick', moment)}
    ), 'back') as presence
  `;
}
