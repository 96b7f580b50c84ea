import { sql } from 'kysely';
import type { Restriction } from '../../model/access.ts';
import {
  type ChangeEvent,
  type ChangeFilter,
  type ChangeSubject,
  type ChangeType,
  ITEM_CHANGE_TYPES,
  isWanted,
  RELATIONSHIP_CHANGE_TYPES,
  subjectsOf,
} from '../../model/change-event.ts';
import { type FeedCursor, ForeignCursorError, PrunedCursorError } from './changes/feed-cursor.ts';
import { type EventHead, findHeads, type Wanted } from './changes/find-heads.ts';
import { loadEvents } from './changes/load-events.ts';
import type { Db, Trx } from './database.ts';
import { inSnapshot } from './moment.ts';
import { isVisibleTo } from './visibility.ts';

/** What to hear of, and what whoever asks may see. */
export interface ChangeQuery extends ChangeFilter {
  restriction?: Restriction | null | undefined;
}

/** An event, and the place behind it. */
export interface FeedEntry {
  event: ChangeEvent;
  cursor: FeedCursor;
}

export interface ChangePage {
  entries: FeedEntry[];
  /** Where it began: the place that was asked for, or the beginning of what is kept. */
  begin: FeedCursor;
  /** Where to go on: behind all that was looked through, also where nothing of it was wanted. */
  next: FeedCursor;
  /** There is more behind `next` already. */
  has_more: boolean;
}

/** Events that are looked through at once, and in one call at most. */
const HEADS_PER_SEARCH = 1_000;
const MAX_HEADS = 10_000;
/** Searches in one call at most: commits can be many and small. */
const MAX_SEARCHES = 20;

/**
 * Reads the feed of changes: everything that the commits behind a place made of items and
 * relationships, in the order of commits. It is derived from the intervals of validity – there is no
 * second copy that could disagree – and it is complete: commits are numbered as they become
 * visible, so that none comes in behind a place that was read.
 *
 * One call is bounded, however little of what it looks through is wanted; the place where it
 * stopped is told. New readings of measured relationships and of volatile fields are no events.
 *
 * @param after null: from the beginning of what is kept
 * @throws {PrunedCursorError} when retention has pruned what came behind the place
 * @throws {ForeignCursorError} when the place is ahead of the last commit, or one of lost commits
 */
export async function readChanges(
  db: Db,
  after: FeedCursor | null,
  query: ChangeQuery,
  limit: number,
): Promise<ChangePage> {
  return inSnapshot(db, async (trx) => {
    const { newest, begin } = await findBegin(trx, after);
    let place = begin;
    const heads: EventHead[] = [];
    let looked = 0;
    for (let search = 0; search < MAX_SEARCHES && looked < MAX_HEADS; search++) {
      const found = await findHeads(trx, place, wantedKinds(query), HEADS_PER_SEARCH);
      looked += found.heads.length;
      const wanted = found.heads.filter((head) => isHeadWanted(query, head));
      heads.push(...wanted.slice(0, limit - heads.length));
      const last = heads.at(-1);
      const isFull = heads.length === limit;
      place = isFull && last ? placeOf(last) : found.next;
      if (isFull || found.is_end) break;
    }
    const events = await loadEvents(trx, heads);
    return {
      entries: heads.map((head, index) => ({
        event: events[index] as ChangeEvent,
        cursor: placeOf(head),
      })),
      begin,
      next: place,
      has_more: place.inside !== null || place.seq < newest,
    };
  });
}

/** The place behind the last commit: who reads from there hears of what comes. */
export async function newestPlace(db: Db): Promise<FeedCursor> {
  const { rows } = await sql<{ seq: number }>`
    select coalesce(max(seq), 0) as seq from ticks
  `.execute(db);
  return { seq: rows[0]?.seq ?? 0, inside: null };
}

/** Whether an event that is at hand is part of what a query reads. */
export function isEventWanted(query: ChangeQuery, event: ChangeEvent): boolean {
  const items = 'ci' in event ? [event.ci] : [event.source, event.target];
  return (
    items.every((item) => isVisibleTo(query.restriction, item)) &&
    isWanted(query, event.type, subjectsOf(event))
  );
}

async function findBegin(
  trx: Trx,
  after: FeedCursor | null,
): Promise<{ begin: FeedCursor; newest: number }> {
  const { rows } = await sql<{
    bound: number;
    kept_from: Date | null;
    newest: number;
    is_commit: boolean;
  }>`
    select bound.seq as bound, kept_from, coalesce((select max(seq) from ticks), 0) as newest,
      exists (select from ticks where seq = ${after?.seq ?? 0}) as is_commit
    from history_bound bound
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('The bound of the history is not written down.');
  const { bound, kept_from, newest, is_commit } = row;
  if (!after) return { begin: { seq: bound, inside: null }, newest };
  const isPruned = after.seq < bound || (after.seq === bound && after.inside !== null);
  if (isPruned && kept_from) throw new PrunedCursorError(kept_from);
  // A number that no commit has is one of those that a restore leaves out.
  if (after.seq > newest || (after.seq > bound && !is_commit)) throw new ForeignCursorError();
  return { begin: after, newest };
}

function placeOf({ seq, kind, id }: EventHead): FeedCursor {
  return { seq, inside: { kind, id } };
}

function wantedKinds({ types }: ChangeQuery): Wanted {
  const isAny = (some: readonly ChangeType[]) =>
    !types || some.some((type) => types.includes(type));
  return { items: isAny(ITEM_CHANGE_TYPES), relationships: isAny(RELATIONSHIP_CHANGE_TYPES) };
}

function isHeadWanted(query: ChangeQuery, { type, items, before, kind }: EventHead): boolean {
  const subjects: ChangeSubject[] = items.map((now) => ({
    now,
    before: kind === 'item' ? before : {},
  }));
  return (
    items.every((item) => isVisibleTo(query.restriction, item)) && isWanted(query, type, subjects)
  );
}
