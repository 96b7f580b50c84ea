import { sql } from 'kysely';
import { type ConfigurationItem, configurationItemSchema } from '../../model/configuration-item.ts';
import type { Overrides } from '../../model/overrides.ts';
import type { Json, JsonObject } from '../../model/resource-type.ts';

/** A row of the item query below: everything that an item's answer is made of. */
export interface ItemRow {
  ci_id: string;
  provider: string;
  account: string;
  resource_type: string;
  body: JsonObject;
  volatile: JsonObject | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  last_seen_at: Date;
  missing_since: Date | null;
  retired_at: Date | null;
  /** Not told of the past. */
  overrides?: Overrides;
  change_history: Array<{
    version: number;
    timestamp: string;
    run_id: string | null;
    changed_by: string | null;
    changes: JsonObject;
  }>;
}

/** How many changes an answer carries; the history endpoint has all. */
const CHANGES_IN_ANSWER = 20;

/**
 * When an item was last proven to be there: frozen while it is missing, else with its slice. The
 * scan that found it first ended before the commit that made it known, hence `greatest`.
 */
export const lastSeenAt = sql`
  greatest(coalesce(items.last_seen_at, slices.proven_at), created.committed_at)`;

/** The absence that lasts, for items that are missing; by when its commits came. */
export const absenceJoin = sql`
  left join lateral (
    select gone.committed_at as missing_since, retired.committed_at as retired_at
    from item_absences
    join ticks gone on gone.tick = from_tick
    left join ticks retired on retired.tick = retired_tick
    where items.missing_since is not null
      and item_absences.ci_id = items.ci_id and to_tick is null
  ) absence on true`;

/** Joins `item_overrides` as `overridden`, for `overridesOfItem`. */
export const overridesJoin = sql`
  left join item_overrides overridden on overridden.ci_id = items.ci_id`;

/** What people set of the item, with what discovery says of the same fields; `{}` without any. */
export const overridesOfItem = sql`
  case when overridden.ci_id is null then '{}' else (
    select jsonb_object_agg(key, overridden.provenance->key || jsonb_build_object(
      'value', value,
      'observed', case when key = 'status'
        then to_jsonb(items.observed_status) else overridden.observed->key end
    )) from jsonb_each(overridden.fields)
  ) end`;

/** The columns of `ItemRow`; the query that uses them names the items table `items`. */
export const itemColumns = sql`
  items.ci_id, items.provider, items.account, items.resource_type, items.body, items.version,
  volatile.fields as volatile,
  created.committed_at as created_at, updated.committed_at as updated_at,
  ${lastSeenAt} as last_seen_at,
  absence.missing_since, absence.retired_at,
  ${overridesOfItem} as overrides,
  history.entries as change_history`;

/** The newest changes up to the version that `items` has. */
export const historyJoin = sql`
  cross join lateral (
    select coalesce(json_agg(json_build_object(
      'version', newest.version,
      'timestamp', to_char(
        newest.committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'run_id', newest.run_id,
      'changed_by', newest.changed_by,
      'changes', newest.changes
    ) order by newest.version desc), '[]') as entries
    from (
      select every.*, ticks.committed_at from (
        select items.version, items.run_id, items.changed_by, items.changes, items.valid_from
        union all
        select old.version, old.run_id, old.changed_by, old.changes, old.valid_from
        from item_versions old where old.ci_id = items.ci_id and old.version < items.version
      ) every
      join ticks on ticks.tick = every.valid_from
      where every.version > 1
      order by every.version desc limit ${sql.lit(CHANGES_IN_ANSWER)}
    ) newest
  ) history`;

/** The same for whoever does not ask for changes. */
export const noHistoryJoin = sql`cross join (select '[]'::json as entries) history`;

/** The joins behind `itemColumns`, but for the one that history comes by. */
export const itemJoins = sql`
  join slices on slices.slice_id = items.slice_id
  join ticks created on created.tick = items.created_tick
  join ticks updated on updated.tick = items.valid_from
  left join item_volatile volatile on volatile.ci_id = items.ci_id
  ${absenceJoin}
  ${overridesJoin}`;

/** Puts a row together as the contract's item, with every field of its class. */
export function toConfigurationItem(row: ItemRow): ConfigurationItem {
  const { body, volatile, created_at, updated_at, last_seen_at, ...rest } = row;
  return configurationItemSchema.parse({
    ...withVolatile(body, volatile),
    ...rest,
    created_at: created_at.toISOString(),
    discovered_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    last_seen_at: last_seen_at.toISOString(),
    missing_since: row.missing_since?.toISOString() ?? null,
    retired_at: row.retired_at?.toISOString() ?? null,
  });
}

/** Lays volatile values over the body; their names are paths: `attributes.pid`. */
function withVolatile(body: JsonObject, volatile: JsonObject | null): JsonObject {
  if (!volatile) return body;
  const merged: JsonObject = { ...body };
  const attributes: JsonObject = { ...(body.attributes as JsonObject | undefined) };
  for (const [path, value] of Object.entries(volatile) as Array<[string, Json]>) {
    if (path.startsWith('attributes.')) attributes[path.slice('attributes.'.length)] = value;
    else merged[path] = value;
  }
  return { ...merged, attributes };
}
