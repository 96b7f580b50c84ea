import { type RawBuilder, sql } from 'kysely';
import type { Restriction } from '../../../model/access.ts';
import { type CiType, kindsOf } from '../../../model/ci-type.ts';
import { type ItemSummary, itemSummarySchema } from '../../../model/configuration-item.ts';
import { MAX_ITEMS_OF_THING, WEAK_KEYS, type WeakKey } from '../../../model/sameness.ts';
import type { Db } from '../database.ts';
import { itemSummary } from '../find-failing.ts';
import { visibleTo } from '../visibility.ts';

/** Two items that may be one thing, and what speaks for it. */
export interface Candidate {
  items: [ItemSummary, ItemSummary];
  weak_keys: WeakKey[];
}

export interface CandidateFilter {
  /** Of one of the two; a class finds its kinds too. */
  ci_type?: CiType | undefined;
  /** Of one of the two. */
  provider?: string | undefined;
  restriction: Restriction | null;
}

/** Where a page ended: behind a pair of a value, or behind all pairs of it. */
export interface CandidateCursor {
  weak_key: WeakKey;
  value: string;
  pair: readonly [string, string] | null;
}

export interface CandidatePage {
  candidates: Candidate[];
  /** Null at the end. The page may be short all the same: no more was looked at. */
  next: CandidateCursor | null;
}

/** Values that more items have – `localhost`, a name of every cluster – tell nothing. */
const MAX_OWNERS = 10;
/** Index entries that one statement goes through, and those of a request. */
const ENTRIES_A_STATEMENT = 2_000;
const ENTRIES_A_REQUEST = 20_000;

/** The indexed expression of each weak key: the class that is compared, and the value. */
const EXPRESSIONS: Readonly<Record<WeakKey, (items: string) => RawBuilder<string | null>>> = {
  hostname: (items) =>
    sql`(compared_class(${col(items, 'ci_type')}) || '/' || short_host_name(${col(items, 'body')}->>'hostname'))`,
  ip_address: (items) =>
    sql`(compared_class(${col(items, 'ci_type')}) || '/' || telling_address(${col(items, 'body')}->>'ip_address'))`,
  name: (items) =>
    sql`(compared_class(${col(items, 'ci_type')}) || '/' || lower(left(${col(items, 'name')}, 256)))`,
};

/**
 * Lists pairs of items of different sources and one class that share a weak key, are not the same
 * thing, and were not decided about; each pair once, under the first weak key that it shares.
 *
 * It goes through each index in its order, some entries at a time: what it costs is bounded by those
 * and not by the inventory. Items that a person retired, and missing ones, are none.
 */
export async function listCandidates(
  db: Db,
  filter: CandidateFilter,
  limit: number,
  after: CandidateCursor | null,
): Promise<CandidatePage> {
  const candidates: Candidate[] = [];
  let place: CandidateCursor | null = after ?? startOf(WEAK_KEYS[0]);
  let entries = 0;
  while (place && candidates.length < limit && entries < ENTRIES_A_REQUEST) {
    const stretch = await findPairs(db, filter, limit - candidates.length, place);
    candidates.push(...stretch.candidates);
    entries += ENTRIES_A_STATEMENT;
    place = stretch.next ?? startOf(WEAK_KEYS[WEAK_KEYS.indexOf(place.weak_key) + 1]);
  }
  return { candidates, next: place };
}

function startOf(weakKey: WeakKey | undefined): CandidateCursor | null {
  return weakKey === undefined ? null : { weak_key: weakKey, value: '', pair: null };
}

interface Row {
  /** Null in the one row that is there where no pair is. */
  first: unknown;
  second: unknown;
  weak_keys: WeakKey[];
  value: string | null;
  low: string;
  high: string;
  /** Up to which value everything was looked at; null: to the end. */
  looked_at: string | null;
}

/** @returns the pairs of the next stretch of one index; `next` is null at its end */
async function findPairs(
  db: Db,
  { ci_type, provider, restriction }: CandidateFilter,
  limit: number,
  { weak_key: weakKey, value: from, pair }: CandidateCursor,
): Promise<CandidatePage> {
  const value = EXPRESSIONS[weakKey];
  const earlier = WEAK_KEYS.slice(0, WEAK_KEYS.indexOf(weakKey));
  const types = ci_type ? sql`${[...kindsOf(ci_type)]}::text[]` : null;
  const { rows } = await sql<Row>`
    with entry as materialized (
      select ${value('items')} as value, items.ci_id, items.provider, items.status,
        ${visibleTo(restriction)} as is_visible
      from items
      where items.missing_since is null and ${value('items')} is not null
        and ${pair ? sql`${value('items')} >= ${from}` : sql`${value('items')} > ${from}`}
      order by ${value('items')}, items.ci_id limit ${ENTRIES_A_STATEMENT}
    ),
    bound as materialized (
      select case when count(*) = ${ENTRIES_A_STATEMENT} then max(value) end as last,
        case when count(*) = ${ENTRIES_A_STATEMENT} then
          (select max(value) from entry where value < (select max(value) from entry))
        end as complete
      from entry
    ),
    shared as materialized (
      select value, array_agg(ci_id) filter (where is_visible and status <> 'retired') as ci_ids
      from entry
      where value <= coalesce((select complete from bound), value)
        and ((select last from bound) is null or (select complete from bound) is not null)
      group by value
      having count(*) between 2 and ${MAX_OWNERS} and count(distinct provider) > 1
    ),
    pair as (
      select shared.value, first.ci_id as low, second.ci_id as high
      from shared
      cross join lateral unnest(ci_ids) low (ci_id)
      cross join lateral unnest(ci_ids) high (ci_id)
      join items first on first.ci_id = low.ci_id
      join items second on second.ci_id = high.ci_id
      where low.ci_id < high.ci_id and first.provider <> second.provider
        and ${pair ? sql`(shared.value, low.ci_id, high.ci_id) > (${from}, ${pair[0]}::uuid, ${pair[1]}::uuid)` : sql`true`}
        and ${types ? sql`(first.ci_type = any(${types}) or second.ci_type = any(${types}))` : sql`true`}
        and ${provider ? sql`${provider} in (first.provider, second.provider)` : sql`true`}
        and not exists (
          select from sameness_decisions decided
          where decided.low_ci_id = first.ci_id and decided.high_ci_id = second.ci_id
            and decided.withdrawn_at is null
        )
        and ${sql.join([sql`true`, ...earlier.map((one) => sql`not ${isFoundBy(one)}`)], sql` and `)}
        and ${share(weakKey)}
        and not exists (
          select from thing_of(first.ci_id, ${MAX_ITEMS_OF_THING}) thing (ci_id)
          where thing.ci_id = second.ci_id
        )
      order by shared.value, low.ci_id, high.ci_id
      limit ${limit}
    )
    select page.*, coalesce(complete, last) as looked_at
    from bound
    left join lateral (
      select pair.value, pair.low, pair.high,
        (select ${itemSummary} from items where items.ci_id = pair.low) as first,
        (select ${itemSummary} from items where items.ci_id = pair.high) as second,
        array(
          select spoken.weak_key from (values ${sql.join(WEAK_KEYS.map(speaks))}) spoken (weak_key, speaks)
          where spoken.speaks
        ) as weak_keys
      from pair join items first on first.ci_id = pair.low join items second on second.ci_id = pair.high
    ) page on true
    order by page.value, page.low, page.high
  `.execute(db);
  const found = rows.filter((row) => row.value !== null);
  const candidates = found.map(({ first, second, weak_keys }): Candidate => {
    return { items: [itemSummarySchema.parse(first), itemSummarySchema.parse(second)], weak_keys };
  });
  const last = found.at(-1);
  const lookedAt = rows[0]?.looked_at ?? null;
  if (last?.value && found.length === limit) {
    return { candidates, next: { ...place(weakKey, last.value), pair: [last.low, last.high] } };
  }
  return { candidates, next: lookedAt === null ? null : place(weakKey, lookedAt) };
}

function place(weakKey: WeakKey, value: string): CandidateCursor {
  return { weak_key: weakKey, value, pair: null };
}

/** Whether the items `first` and `second` have a weak key in common. */
function share(weakKey: WeakKey): RawBuilder<boolean> {
  const isEqual = sql<boolean>`${EXPRESSIONS[weakKey]('first')} = ${EXPRESSIONS[weakKey]('second')}`;
  return weakKey === 'ip_address' ? sql`(${isEqual} and not ${areInDifferentNetworks})` : isEqual;
}

function speaks(weakKey: WeakKey): RawBuilder<unknown> {
  return sql`(${sql.lit(weakKey)}, ${share(weakKey)})`;
}

/** Whether the pair has been found under an earlier weak key: they share it, and few others do. */
function isFoundBy(weakKey: WeakKey): RawBuilder<unknown> {
  const value = EXPRESSIONS[weakKey];
  return sql`coalesce(${share(weakKey)} and (
    select count(*) <= ${MAX_OWNERS} from (
      select from items other
      where other.missing_since is null and ${value('other')} = ${value('first')}
        and ${value('other')} is not null
      limit ${MAX_OWNERS + 1}
    ) owner
  ), false)`;
}

/** Both say in which network that address of theirs is, and not the same. */
const areInDifferentNetworks = sql`(
  select count(distinct own.ci_id) = 2 and count(*) = count(distinct own.key)
  from item_keys own
  where own.ci_id in (first.ci_id, second.ci_id) and own.live and own.key like 'ip:%'
    and right(own.key, length(first.body->>'ip_address') + 1)
      = '/' || lower(first.body->>'ip_address')
)`;

function col(table: string, column: string) {
  return sql.ref(`${table}.${column}`);
}
