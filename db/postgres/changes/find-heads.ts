import { type RawBuilder, sql } from 'kysely';
import type { ChangedItem, ChangeSubject, ChangeType } from '../../../model/change-event.ts';
import type { Trx } from '../database.ts';
import { type FeedCursor, MAX_UUID, NIL_UUID } from './feed-cursor.ts';

/** An event without its details: its place, and what filters look at. */
export interface EventHead {
  seq: number;
  tick: number;
  committed_at: Date;
  run_id: string | null;
  kind: 'item' | 'relationship';
  /** Of the item or of the relationship. */
  id: string;
  type: ChangeType;
  /** The item, or the source and the target, as they were after the commit. */
  items: ChangedItem[];
  before: ChangeSubject['before'];
  /** The version that the commit made of the item; null where it made none. */
  new_version: number | null;
}

export interface FoundHeads {
  heads: EventHead[];
  /** Where the search stopped, whatever it found. */
  next: FeedCursor;
  /** There is nothing behind it yet. */
  is_end: boolean;
}

/** Commits that one statement looks through. Most are small; a first discovery's are not. */
const TICKS_PER_SEARCH = 100;

/** Which of the two kinds of events to look for. */
export interface Wanted {
  items: boolean;
  relationships: boolean;
}

/**
 * Finds the events behind a place, in their order, at most `limit`: everything that carries the
 * tick of a commit as the beginning or the end of an interval. It reads the two ends by index, so
 * that its cost is that of what it finds, wherever in the feed that is.
 */
export async function findHeads(
  trx: Trx,
  after: FeedCursor,
  wanted: Wanted,
  limit: number,
): Promise<FoundHeads> {
  const ticks = await trx
    .selectFrom('ticks')
    .select(['tick', 'seq'])
    .where('seq', after.inside ? '>=' : '>', after.seq)
    .orderBy('seq')
    .limit(TICKS_PER_SEARCH)
    .execute();
  const last = ticks.at(-1);
  if (!last) return { heads: [], next: { seq: after.seq, inside: null }, is_end: true };
  const { rows } = await sql<HeadRow>`
    with found as materialized (
      select ticks.tick, ticks.seq, ticks.committed_at, ticks.run_id, key.is_edge, key.id
      from ticks cross join lateral (${keysOf(after, wanted, limit)}) key
      where ticks.tick = any(${ticks.map(({ tick }) => tick)}::bigint[])
      order by ticks.seq, key.is_edge, key.id limit ${limit}
    )
    select found.*, first.summary as first, second.summary as second,
      case when first.valid_from = found.tick then first.version end as new_version,
      case when first.valid_from = found.tick then first.before else '{}' end as before,
      coalesce(absence.is_retired, false) as is_retired, coalesce(absence.is_back, false) as is_back,
      coalesce(absence.is_missing, false) as is_missing,
      began.relationship_id is not null as has_begun, ended.relationship_id is not null as has_ended
    from found
    left join relationships began on found.is_edge
      and began.relationship_id = found.id and began.valid_from = found.tick
    left join relationships ended on found.is_edge
      and ended.relationship_id = found.id and ended.valid_to = found.tick
    left join lateral (
      select bool_or(retired_tick = found.tick) as is_retired,
        bool_or(to_tick = found.tick) as is_back, bool_or(from_tick = found.tick) as is_missing
      from item_absences where not found.is_edge and item_absences.ci_id = found.id
    ) absence on true
    cross join lateral (${itemAfter(sql`
      case when found.is_edge then coalesce(began.source_ci_id, ended.source_ci_id) else found.id end
    `)}) first
    left join lateral (${itemAfter(sql`
      coalesce(began.target_ci_id, ended.target_ci_id)
    `)}) second on found.is_edge
    order by found.seq, found.is_edge, found.id
  `.execute(trx);
  const heads = rows.map(toHead);
  const lastHead = heads.at(-1);
  const isCut = rows.length === limit && lastHead !== undefined;
  return {
    heads,
    next: isCut
      ? { seq: lastHead.seq, inside: { kind: lastHead.kind, id: lastHead.id } }
      : { seq: last.seq, inside: null },
    is_end: !isCut && ticks.length < TICKS_PER_SEARCH,
  };
}

interface HeadRow {
  tick: number;
  seq: number;
  committed_at: Date;
  run_id: string | null;
  is_edge: boolean;
  id: string;
  first: ChangedItem;
  second: ChangedItem | null;
  new_version: number | null;
  before: ChangeSubject['before'];
  is_retired: boolean;
  is_back: boolean;
  is_missing: boolean;
  has_begun: boolean;
  has_ended: boolean;
}

/** What one commit, `ticks` of the query around it, begins and ends, without what was read of it. */
function keysOf(after: FeedCursor, wanted: Wanted, limit: number): RawBuilder<unknown> {
  const from = (kind: 'item' | 'relationship') => {
    const { inside, seq } = after;
    const isBehind = inside?.kind === 'relationship' && kind === 'item';
    const id = isBehind ? MAX_UUID : inside?.kind === kind ? inside.id : NIL_UUID;
    return sql`case when ticks.seq = ${seq} then ${id}::uuid else ${NIL_UUID}::uuid end`;
  };
  const keys = (table: string, column: string, kind: 'item' | 'relationship') => {
    const id = sql.ref(kind === 'item' ? 'ci_id' : 'relationship_id');
    return sql`(
      select ${sql.lit(kind === 'relationship')} as is_edge, ${id} as id from ${sql.table(table)}
      where ${sql.ref(column)} = ticks.tick and ${id} > ${from(kind)}
      order by ${id} limit ${limit}
    )`;
  };
  const sources = [
    ...(wanted.items
      ? [
          keys('items', 'valid_from', 'item'),
          keys('item_versions', 'valid_from', 'item'),
          keys('item_absences', 'from_tick', 'item'),
          keys('item_absences', 'retired_tick', 'item'),
          keys('item_absences', 'to_tick', 'item'),
        ]
      : []),
    ...(wanted.relationships
      ? [
          keys('relationships', 'valid_from', 'relationship'),
          keys('relationships', 'valid_to', 'relationship'),
        ]
      : []),
  ];
  return sql`
    select is_edge, id from (${sql.join(sources, sql` union `)}) every
    order by is_edge, id limit ${limit}
  `;
}

/**
 * An item as it was after the commit of `found`: its newest version that was committed by then.
 * Versions of an item follow each other in the order of commits, since each locks the one before.
 */
function itemAfter(ciId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select version.valid_from, version.version,
      json_build_object(
        'ci_id', items.ci_id, 'ci_type', version.body->>'ci_type', 'name', version.body->>'name',
        'display_name', version.body->>'display_name', 'status', version.body->>'status',
        'environment', version.body->>'environment', 'provider', items.provider,
        'account', items.account, 'region', version.body->>'region',
        'resource_type', items.resource_type, 'team', version.body->>'team',
        'version', version.version
      ) as summary,
      (
        select coalesce(json_object_agg(key, value->'old'), '{}') from jsonb_each(version.changes)
        where key in ('ci_type', 'environment', 'team')
      ) as before
    from items
    cross join lateral (
      select every.* from (
        select items.version, items.valid_from, items.body, items.changes
        union all
        select old.version, old.valid_from, old.body, old.changes
        from item_versions old where old.ci_id = items.ci_id
      ) every
      join ticks made on made.tick = every.valid_from
      where made.seq <= found.seq
      order by every.version desc limit 1
    ) version
    where items.ci_id = ${ciId}
  `;
}

function toHead(row: HeadRow): EventHead {
  const { tick, seq, committed_at, run_id, id, first, second, before, new_version } = row;
  return {
    tick,
    seq,
    committed_at,
    run_id,
    id,
    kind: row.is_edge ? 'relationship' : 'item',
    type: typeOf(row),
    items: second ? [first, second] : [first],
    before,
    new_version: row.is_edge ? null : new_version,
  };
}

function typeOf(row: HeadRow): ChangeType {
  if (row.is_edge) {
    if (!row.has_ended) return 'relationship.added';
    return row.has_begun ? 'relationship.changed' : 'relationship.ended';
  }
  if (row.new_version === 1) return 'ci.created';
  if (row.is_retired) return 'ci.retired';
  if (row.is_back) return 'ci.back';
  return row.is_missing ? 'ci.missing' : 'ci.updated';
}
