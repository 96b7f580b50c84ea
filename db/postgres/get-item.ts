import { sql } from 'kysely';
import type { ConfigurationItem } from '../../model/configuration-item.ts';
import type { Overrides } from '../../model/overrides.ts';
import type { Db } from './database.ts';
import {
  absenceJoin,
  type ItemRow,
  lastSeenAt,
  overridesJoin,
  overridesOfItem,
  toConfigurationItem,
} from './item-document.ts';
import { itemDocumentAt } from './item-document-at.ts';
import { itemsAt } from './items-at.ts';
import type { Moment } from './moment.ts';
import { PREPARED } from './preparing-client.ts';
import { isStale, readExpectations } from './read-expectations.ts';

/**
 * @param moment null for the present
 * @returns the item, or null when there is none with that id, or was none yet
 */
export async function getItem(
  db: Db,
  ciId: string,
  moment: Moment | null = null,
): Promise<ConfigurationItem | null> {
  const { columns, joins } = itemDocumentAt(moment);
  const { rows } = await sql<ItemRow>`
    select ${columns} from ${itemsAt(moment)} items ${joins} where items.ci_id = ${ciId}
  `.execute(db);
  return rows[0] ? toConfigurationItem(rows[0]) : null;
}

/** What moves without a new version, and the version by which a cached document is judged. */
export interface ItemFreshness {
  version: number;
  last_seen_at: string;
  missing_since: string | null;
  retired_at: string | null;
  overrides: Overrides;
  /** Nobody has looked at it for too long. */
  stale: boolean;
}

/**
 * Reads what must be laid over a cached document: an item that goes missing, or is proven again,
 * gets no new version, so its document is not invalidated; nor does one of which something else is
 * observed behind what a person set.
 */
export async function itemFreshness(db: Db, ciId: string): Promise<ItemFreshness | null> {
  const expectations = await readExpectations(db);
  const { rows } = await sql<{
    version: number;
    last_seen_at: Date;
    missing_since: Date | null;
    retired_at: Date | null;
    overrides: Overrides;
    stale: boolean;
  }>`${PREPARED}
    select items.version, ${lastSeenAt} as last_seen_at, absence.missing_since, absence.retired_at,
      ${overridesOfItem} as overrides,
      items.retired_at is null and ${isStale(expectations)} as stale
    from items
    join slices using (slice_id)
    join scopes using (scope_id)
    join ticks created on created.tick = items.created_tick
    ${absenceJoin}
    ${overridesJoin}
    where items.ci_id = ${ciId}
  `.execute(db);
  const [row] = rows;
  return row
    ? {
        version: row.version,
        last_seen_at: row.last_seen_at.toISOString(),
        missing_since: row.missing_since?.toISOString() ?? null,
        retired_at: row.retired_at?.toISOString() ?? null,
        overrides: row.overrides,
        stale: row.stale,
      }
    : null;
}
