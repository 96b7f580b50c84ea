import { type RawBuilder, sql } from 'kysely';
import { historyJoin, itemColumns, itemJoins, noHistoryJoin } from './item-document.ts';
import { holdsAt, type Moment, visibleAt } from './moment.ts';

/** What a statement selects and joins to have everything that an item's answer is made of. */
export interface ItemDocument {
  columns: RawBuilder<unknown>;
  joins: RawBuilder<unknown>;
}

/**
 * The columns of `ItemRow`, and the joins behind them, for a statement that names `itemsAt` the
 * same moment `items`.
 *
 * What has no history is told as far as it is known. Volatile fields are left out where they have
 * moved since. When an item was last seen comes from the scans of its slice, as it did then; where
 * retention has pruned those, from the last commit that a scan made of the item. What people set is
 * in the body, and who set it in the changes; what was observed beside it is not told.
 */
export function itemDocumentAt(moment: Moment | null, withHistory = true): ItemDocument {
  const history = withHistory ? historyJoin : noHistoryJoin;
  if (!moment) return { columns: itemColumns, joins: sql`${itemJoins} ${history}` };
  return {
    columns: sql`
      items.ci_id, items.provider, items.account, items.resource_type, items.body, items.version,
      case when ${visibleAt('volatile.tick', moment)} then volatile.fields end as volatile,
      created.committed_at as created_at, updated.committed_at as updated_at,
      greatest(
        coalesce(absence.last_seen_at, proven.at, ${lastNoted(moment)}), created.committed_at
      ) as last_seen_at,
      absence.missing_since, absence.retired_at,
      history.entries as change_history`,
    joins: sql`
      join ticks created on created.tick = items.created_tick
      join ticks updated on updated.tick = items.valid_from
      left join item_volatile volatile on volatile.ci_id = items.ci_id
      left join lateral (
        select gone.committed_at as missing_since, retired.committed_at as retired_at, last_seen_at
        from item_absences
        join ticks gone on gone.tick = from_tick
        left join ticks retired
          on retired.tick = retired_tick and ${visibleAt('item_absences.retired_tick', moment)}
        where item_absences.ci_id = items.ci_id
          and ${holdsAt('item_absences.from_tick', 'item_absences.to_tick', moment)}
      ) absence on true
      left join lateral (
        select finished_at as at from slice_scans
        where slice_scans.slice_id = items.slice_id and promoted_at <= ${moment.at}
          and state = 'complete' and not held
        order by promoted_at desc limit 1
      ) proven on true
      ${history}`,
  };
}

/** The last commit that a scan made of an item, in place of a scan that may have been pruned. */
function lastNoted(moment: Moment): RawBuilder<unknown> {
  return moment.has_scans
    ? sql`null`
    : sql`case when items.run_id is not null then updated.committed_at end`;
}
