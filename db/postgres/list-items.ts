import { type RawBuilder, sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import { type CiType, kindsOf } from '../../model/ci-type.ts';
import type { ConfigurationItem } from '../../model/configuration-item.ts';
import type { CiEnvironment, CiStatus } from '../../model/enums.ts';
import type { Db } from './database.ts';
import { type ItemRow, toConfigurationItem } from './item-document.ts';
import { itemDocumentAt } from './item-document-at.ts';
import { itemsAt } from './items-at.ts';
import type { Moment } from './moment.ts';
import { visibleTo } from './visibility.ts';

export interface ItemFilter {
  /** A class finds its more specific kinds too. */
  ci_type?: CiType | undefined;
  environment?: CiEnvironment | undefined;
  status?: CiStatus | undefined;
  provider?: string | undefined;
  account?: string | undefined;
  region?: string | undefined;
  availability_zone?: string | undefined;
  resource_type?: string | undefined;
  /** Each must be there with that value; null asks for the key alone. */
  tags?: ReadonlyArray<{ key: string; value: string | null }> | undefined;
  /** What whoever asks may see. */
  restriction?: Restriction | null | undefined;
}

/** Where a page ended; the next begins behind it. */
export interface ItemCursor {
  created_tick: number;
  ci_id: string;
}

export interface ItemPage {
  items: ConfigurationItem[];
  next: ItemCursor | null;
}

/**
 * Lists items, the newest first, one page by its place in that order: a page costs the same
 * wherever it stands, and items that come or go shift nothing.
 *
 * @param moment null for the present
 */
export async function listItems(
  db: Db,
  filter: ItemFilter,
  limit: number,
  after: ItemCursor | null,
  moment: Moment | null = null,
): Promise<ItemPage> {
  const { columns, joins } = itemDocumentAt(moment);
  const { rows } = await sql<ItemRow & { created_tick: number }>`
    with page as (
      select ci_id, created_tick from ${itemsAt(moment)} items
      where ${itemConditions(filter)}
        and ${
          after
            ? sql`(created_tick < ${after.created_tick}
                or (created_tick = ${after.created_tick} and ci_id > ${after.ci_id}))`
            : sql`true`
        }
      order by created_tick desc, ci_id
      limit ${limit + 1}
    )
    select ${columns}, items.created_tick
    from page join ${itemsAt(moment)} items on items.ci_id = page.ci_id ${joins}
    order by items.created_tick desc, items.ci_id
  `.execute(db);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ created_tick: _, ...row }) => toConfigurationItem(row)),
    next:
      rows.length > limit && last ? { created_tick: last.created_tick, ci_id: last.ci_id } : null,
  };
}

/** @returns how many items the filter finds, exactly */
export async function countItems(
  db: Db,
  filter: ItemFilter,
  moment: Moment | null = null,
): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from ${itemsAt(moment)} items where ${itemConditions(filter)}
  `.execute(db);
  return rows[0]?.total ?? 0;
}

/** The condition on the table `items` that a filter stands for. */
export function itemConditions(filter: ItemFilter): RawBuilder<unknown> {
  const all: RawBuilder<unknown>[] = [visibleTo(filter.restriction)];
  if (filter.ci_type) all.push(sql`ci_type = any(${[...kindsOf(filter.ci_type)]})`);
  for (const column of ['environment', 'status', 'provider', 'account', 'region'] as const) {
    if (filter[column]) all.push(sql`${sql.ref(column)} = ${filter[column]}`);
  }
  if (filter.availability_zone) {
    all.push(sql`body->>'availability_zone' = ${filter.availability_zone}`);
  }
  if (filter.resource_type) all.push(sql`resource_type = ${filter.resource_type}`);
  for (const { key, value } of filter.tags ?? []) {
    all.push(
      value === null
        ? sql`body->'tags' ? ${key}`
        : sql`body->'tags' @> ${JSON.stringify({ [key]: value })}::jsonb`,
    );
  }
  return sql.join(all, sql` and `);
}
