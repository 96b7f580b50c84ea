/**
 * A place in the feed: behind an event of a commit, or behind all of a commit. Places are ordered
 * by `seq`, then items before relationships, then by id; the order never changes, so that whoever
 * keeps a place goes on there after any time.
 */
export interface FeedCursor {
  seq: number;
  /** The last event of the commit that was read; null: all of them were. */
  inside: { kind: 'item' | 'relationship'; id: string } | null;
}

/** The first id of all, before which none comes. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';
/** The last id of all, behind which none comes. */
export const MAX_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A place that retention has pruned: what came behind it is not there in full any more. */
export class PrunedCursorError extends Error {
  override name = 'PrunedCursorError';
  readonly code = 'pruned_cursor';
  /** The oldest time from which the feed can be read. */
  readonly earliest: Date;

  constructor(earliest: Date) {
    super(
      `What came behind this cursor is not kept; the feed begins at ${earliest.toISOString()}.`,
    );
    this.earliest = earliest;
  }
}

/** A place behind the last commit: a cursor of another store, or of one that was set back. */
export class ForeignCursorError extends Error {
  override name = 'ForeignCursorError';
  readonly code = 'foreign_cursor';

  constructor() {
    super(
      'The cursor is ahead of the inventory: it comes from another one, or from before a restore.',
    );
  }
}
