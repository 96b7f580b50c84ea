import { expect } from '@jest/globals';
import { sql } from 'kysely';
import type { FeedCursor } from '../../../db/postgres/changes/feed-cursor.ts';
import type { Db } from '../../../db/postgres/database.ts';
import { type ItemRow, toConfigurationItem } from '../../../db/postgres/item-document.ts';
import { itemDocumentAt } from '../../../db/postgres/item-document-at.ts';
import { itemsAt } from '../../../db/postgres/items-at.ts';
import { listVersions } from '../../../db/postgres/list-versions.ts';
import { holdsAt, type Moment, readAtMoments } from '../../../db/postgres/moment.ts';
import { readChanges } from '../../../db/postgres/read-changes.ts';
import type { ChangeEvent } from '../../../model/change-event.ts';
import { differences, type Seen, sortedJson, type TrackingModel } from './model.ts';

/** Where one sequence lies in the store: an account and names of its own. */
export interface Tracked {
  readonly provider: string;
  readonly account: string;
  /** The place in the feed where the sequence begins. */
  readonly begin: FeedCursor;
  /** What the model knew at each time of a commit. */
  readonly past: ReadonlyArray<{ at: Date; seen: Seen }>;
  /** Told of what the sequence comes by. */
  readonly meet: (what: string) => void;
  ciId(id: string): string;
  /** The name without what makes it one of this sequence. */
  idOf(name: string): string;
}

/** What the store says of a sequence, at a time or now. */
export async function seenIn(from: Db, store: Tracked, moment: Moment | null): Promise<Seen> {
  const { columns, joins } = itemDocumentAt(moment);
  const { rows } = await sql<ItemRow>`
    select ${columns} from ${itemsAt(moment)} items ${joins}
    where items.provider = ${store.provider} and items.account = ${store.account}
  `.execute(from);
  const items = rows.map(toConfigurationItem);
  const names = new Map(items.map(({ ci_id, name }) => [ci_id, store.idOf(name)]));
  const edges = await sql<{ source: string; target: string }>`
    select source_ci_id as source, target_ci_id as target from relationships edge
    where source_ci_id = any(${[...names.keys()]}::uuid[])
      and ${holdsAt('edge.valid_from', 'edge.valid_to', moment)}
  `.execute(from);
  return {
    items: Object.fromEntries(
      items.map((item) => [
        store.idOf(item.name),
        {
          'attributes.size': item.attributes.size as number,
          owner: item.owner,
          status: item.status,
          version: item.version,
          missing: String(item.missing_since !== null),
          retired: String(item.retired_at !== null),
        },
      ]),
    ),
    edges: edges.rows
      .map(({ source, target }) => `${names.get(source)}>${names.get(target)}`)
      .sort(),
  };
}

/** Every version of every item, with who made it and of what. */
export async function expectHistory(db: Db, model: TrackingModel, store: Tracked): Promise<void> {
  for (const { id, versions } of model.items.values()) {
    const history = await listVersions(db, store.ciId(id), 1_000, null);
    expect(
      history
        .toReversed()
        .map(({ version, changed_by, changes }) => [version, changed_by, sortedJson(changes)]),
    ).toEqual(
      versions.map(({ held, by }, place) => {
        const before = versions[place - 1]?.held;
        return [place + 1, by, sortedJson(before ? differences(before, held) : {})];
      }),
    );
  }
}

/** The feed behind a place, read in pages of this size. */
async function feedAfter(db: Db, place: FeedCursor, limit: number) {
  const entries: Array<{ event: ChangeEvent; cursor: FeedCursor }> = [];
  for (let after = place; ; ) {
    const page = await readChanges(db, after, {}, limit);
    entries.push(...page.entries);
    after = page.next;
    if (!page.has_more) return entries;
  }
}

function eventText(store: Tracked, event: ChangeEvent): string {
  if ('relationship' in event) {
    return `${event.type} ${store.idOf(event.source.name)}>${store.idOf(event.target.name)}`;
  }
  const { name, version, status } = event.ci;
  // Of a new item every field is told.
  const changes = event.type === 'ci.created' ? {} : event.changes;
  return `${event.type} ${store.idOf(name)} ${version} ${status} ${sortedJson(changes)}`;
}

/** Every event once, in one order, from wherever it is read. */
export async function expectFeed(
  db: Db,
  model: TrackingModel,
  store: Tracked,
  place: number,
): Promise<void> {
  const all = await feedAfter(db, store.begin, 1_000);
  const bySeq = Map.groupBy(all, ({ event }) => event.seq);
  expect(
    [...bySeq.values()].map((commit) => commit.map(({ event }) => eventText(store, event)).sort()),
  ).toEqual(model.events);
  for (const { event } of all) store.meet(event.type);
  const at = place % (all.length + 1);
  const from = all[at - 1]?.cursor ?? store.begin;
  expect(await feedAfter(db, from, 1 + (place % 3))).toEqual(all.slice(at));
}

/** Now, as a moment that a question names, is after everything that happened, whatever clocks say. */
export async function expectNow(db: Db, model: TrackingModel, store: Tracked): Promise<void> {
  const now = await readAtMoments(db, [null], (trx, [moment]) =>
    seenIn(trx, store, moment ?? null),
  );
  expect(now).toEqual(model.seen());
}

/** What is to be seen as of each commit is what the model knew then. */
export async function expectPast(db: Db, store: Tracked): Promise<void> {
  for (const { at, seen } of store.past) {
    const then = await readAtMoments(db, [at], (trx, [moment]) =>
      seenIn(trx, store, moment ?? null),
    );
    expect(then).toEqual(seen);
  }
}

/** Intervals follow each other, in all of the store, and nothing overlaps. */
export async function expectSoundIntervals(db: Db): Promise<void> {
  const wrong = await sql`
    select 'version' as what, ci_id::text as id from (
      select ci_id, version, valid_from, null::bigint as valid_to from items
      union all select ci_id, version, valid_from, valid_to from item_versions
    ) one
    where version > 1 and not exists (
      select from item_versions before
      where before.ci_id = one.ci_id and before.version = one.version - 1
        and before.valid_to = one.valid_from
    )
    union all
    select 'empty version', ci_id::text from item_versions where valid_to <= valid_from
    union all
    select 'empty relationship', relationship_id::text from relationships
    where valid_to <= valid_from
    union all
    select 'relationship', one.relationship_id::text from relationships one
    join relationships other on other.relationship_id = one.relationship_id
      and other.ctid <> one.ctid and other.valid_from >= one.valid_from
      and (one.valid_to is null or other.valid_from < one.valid_to)
    union all
    select 'absence', one.ci_id::text from item_absences one
    join item_absences other on other.ci_id = one.ci_id
      and other.ctid <> one.ctid and other.from_tick >= one.from_tick
      and (one.to_tick is null or other.from_tick < one.to_tick)
    union all
    select 'population', slice_id::text from slices
    where promoted_order > 0 and population <> (
      select count(*) from items
      where items.slice_id = slices.slice_id and missing_since is null and retired_at is null
    )
  `.execute(db);
  expect(wrong.rows).toEqual([]);
}
