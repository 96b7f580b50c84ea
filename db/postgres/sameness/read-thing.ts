import { sql } from 'kysely';
import type { Restriction } from '../../../model/access.ts';
import { type ItemSummary, itemSummarySchema } from '../../../model/configuration-item.ts';
import type { Overrides } from '../../../model/overrides.ts';
import type { JsonObject } from '../../../model/resource-type.ts';
import { MAX_ITEMS_OF_THING, SAME_PREFIX } from '../../../model/sameness.ts';
import type { Db } from '../database.ts';
import { itemSummary } from '../find-failing.ts';
import { itemJoins, lastSeenAt, overridesOfItem } from '../item-document.ts';
import { PREPARED } from '../preparing-client.ts';
import { visibleTo } from '../visibility.ts';

/** An item of a thing, and what joins it to the others. */
export interface ItemOfThing {
  summary: ItemSummary;
  body: JsonObject;
  volatile: JsonObject | null;
  overrides: Overrides;
  /** The discovery that made its newest version; null where a person did. */
  run_id: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
  /** The strong keys that it shares with others of the thing. */
  keys: string[];
  /** What people said of it and others of the thing. */
  decisions: DecisionRow[];
}

interface DecisionRow {
  decision_id: string;
  other_ci_id: string;
  decided_by: string;
  decided_at: string;
}

export interface Thing {
  items: ItemOfThing[];
  /** Items that whoever asks may not see. */
  hidden: number;
  /** There are more than are read. */
  is_cut: boolean;
}

/**
 * Reads the thing that an item is part of, in one statement: the item first, then the others by their
 * ids. Nothing of it is stored: it is what shared keys and people's decisions make it just now.
 *
 * @returns null where there is no such item, or none that the caller may see
 */
export async function readThing(
  db: Db,
  ciId: string,
  restriction: Restriction | null,
): Promise<Thing | null> {
  const { rows } = await sql<
    Omit<ItemOfThing, 'summary'> & { summary: unknown; is_visible: boolean; is_cut: boolean }
  >`
    with found as materialized (
      select thing.ci_id, row_number() over () as place
      from thing_of(${ciId}::uuid, ${MAX_ITEMS_OF_THING + 1}) thing (ci_id)
    ),
    member as materialized (select ci_id from found where place <= ${MAX_ITEMS_OF_THING})
    select ${itemSummary} as summary, items.body, volatile.fields as volatile,
      ${overridesOfItem} as overrides, items.run_id,
      created.committed_at as first_seen_at, ${lastSeenAt} as last_seen_at,
      shared.keys, said.decisions, ${visibleTo(restriction)} as is_visible,
      (select count(*) from found) > ${MAX_ITEMS_OF_THING} as is_cut
    from member join items using (ci_id) ${itemJoins}
    cross join lateral (
      select coalesce(array_agg(distinct substr(neighbour.key, ${SAME_PREFIX.length + 1})), '{}')
        as keys
      from same_neighbours(items.ci_id) neighbour
      where neighbour.key is not null and neighbour.ci_id in (select ci_id from member)
    ) shared
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'decision_id', decision_id,
        'other_ci_id', case when low_ci_id = items.ci_id then high_ci_id else low_ci_id end,
        'decided_by', decided_by,
        'decided_at', to_char(decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      ) order by decision_id), '[]') as decisions
      from sameness_decisions
      where items.ci_id in (low_ci_id, high_ci_id) and verdict = 'same' and withdrawn_at is null
        and low_ci_id in (select ci_id from member) and high_ci_id in (select ci_id from member)
    ) said
    order by items.ci_id <> ${ciId}::uuid, items.ci_id
  `.execute(db);
  const visible = rows.filter((row) => row.is_visible);
  const seen = new Set<string>();
  const items = visible.map(({ summary, is_visible: _, is_cut: _cut, ...row }) => {
    const parsed = itemSummarySchema.parse(summary);
    seen.add(parsed.ci_id);
    return { ...row, summary: parsed };
  });
  if (!seen.has(ciId)) return null;
  for (const item of items) {
    item.decisions = item.decisions.filter(({ other_ci_id }) => seen.has(other_ci_id));
  }
  return { items, hidden: rows.length - visible.length, is_cut: rows[0]?.is_cut ?? false };
}

/**
 * The same for whoever reads the item alone, with each request: planned once, unlike `thing_of`.
 *
 * @returns the other items of the thing that the caller may see, by their ids
 */
export async function othersOfThing(
  db: Db,
  ciId: string,
  restriction: Restriction | null,
): Promise<string[]> {
  const { rows } = await sql<{ ci_id: string }>`${PREPARED}
    with recursive thing (ci_id) as (
      select ${ciId}::uuid
      union
      select neighbour.ci_id from thing cross join lateral same_neighbours(thing.ci_id) neighbour
    ),
    member as materialized (select ci_id from thing limit ${sql.lit(MAX_ITEMS_OF_THING)})
    select items.ci_id from member join items using (ci_id)
    where items.ci_id <> ${ciId}::uuid and ${visibleTo(restriction)}
    order by items.ci_id
  `.execute(db);
  return rows.map((row) => row.ci_id);
}
