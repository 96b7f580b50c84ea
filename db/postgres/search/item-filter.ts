import { type RawBuilder, sql } from 'kysely';
import type { Restriction } from '../../../model/access.ts';
import { type CiType, kindsOf } from '../../../model/ci-type.ts';
import type { CiEnvironment, CiStatus } from '../../../model/enums.ts';
import { visibleTo } from '../visibility.ts';
import { type ItemSearch, searchCondition } from './item-search.ts';
import { changedSince, type TickBound } from './tick-bound.ts';

/** Which items are meant; each condition that is given must hold. */
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
  team?: string | undefined;
  owner?: string | undefined;
  /** Each must be there with that value; null asks for the key alone. */
  tags?: ReadonlyArray<{ key: string; value: string | null }> | undefined;
  search?: ItemSearch | undefined;
  /** Only items whose newest version came after it. */
  changed_since?: TickBound | undefined;
  /** What whoever asks may see. */
  restriction?: Restriction | null | undefined;
}

const COLUMNS = [
  'environment',
  'status',
  'provider',
  'account',
  'region',
  'resource_type',
] as const;
const BODY_FIELDS = ['availability_zone', 'team', 'owner'] as const;

/** The condition on the table `items` that a filter stands for. */
export function itemConditions(filter: ItemFilter): RawBuilder<unknown> {
  const all: RawBuilder<unknown>[] = [visibleTo(filter.restriction)];
  if (filter.ci_type) all.push(sql`ci_type = any(${[...kindsOf(filter.ci_type)]})`);
  for (const column of COLUMNS) {
    if (filter[column]) all.push(sql`${sql.ref(column)} = ${filter[column]}`);
  }
  for (const field of BODY_FIELDS) {
    if (filter[field]) all.push(sql`body->>${sql.lit(field)} = ${filter[field]}`);
  }
  for (const { key, value } of filter.tags ?? []) {
    all.push(
      value === null
        ? sql`body->'tags' ? ${key}`
        : sql`body->'tags' @> ${JSON.stringify({ [key]: value })}::jsonb`,
    );
  }
  if (filter.search) all.push(searchCondition(filter.search));
  if (filter.changed_since) all.push(changedSince(filter.changed_since));
  return sql.join(all, sql` and `);
}
