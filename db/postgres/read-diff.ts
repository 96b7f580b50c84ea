import {
  type Difference,
  type DiffSummary,
  ITEM_DIFFERENCES,
  RELATIONSHIP_DIFFERENCES,
} from '../../model/diff.ts';
import { NIL_UUID } from './changes/feed-cursor.ts';
import type { Db } from './database.ts';
import { countItemDifferences, diffItems } from './diff/diff-items.ts';
import { countRelationshipDifferences, diffRelationships } from './diff/diff-relationships.ts';
import { readAtMoments } from './moment.ts';
import type { ItemFilter } from './search/item-filter.ts';

/** A place in the list of differences: items come before relationships, each by id. */
export interface DiffCursor {
  kind: 'item' | 'relationship';
  id: string;
}

export interface DiffPage {
  /** The later of the two times: the one that was asked for, or now. */
  to: Date;
  /** On the first page; the others would only repeat it. */
  summary: DiffSummary | null;
  differences: Difference[];
  next: DiffCursor | null;
}

const NONE = Object.fromEntries(
  [...ITEM_DIFFERENCES, ...RELATIONSHIP_DIFFERENCES].map((kind) => [kind, 0]),
) as DiffSummary;

/**
 * Compares the inventory at two times: what differs in the end, however often it changed between.
 *
 * @throws {FutureMomentError} {@link readAtMoments}
 * @throws {PrunedMomentError}
 */
export async function readDiff(
  db: Db,
  times: { from: Date; to: Date | null },
  filter: ItemFilter,
  limit: number,
  after: DiffCursor | null,
): Promise<DiffPage> {
  return readAtMoments(db, [times.from, times.to], async (trx, [from, to]) => {
    if (!from || !to) throw new Error('Two times are two moments.');
    const scope = { from, to, filter };
    const summary = after
      ? null
      : {
          ...NONE,
          ...(await countItemDifferences(trx, scope)),
          ...(await countRelationshipDifferences(trx, scope)),
        };
    const differences: Difference[] = [];
    if (after?.kind !== 'relationship') {
      differences.push(...(await diffItems(trx, scope, limit + 1, after?.id ?? NIL_UUID)));
    }
    if (differences.length <= limit) {
      const from = after?.kind === 'relationship' ? after.id : NIL_UUID;
      const room = limit + 1 - differences.length;
      differences.push(...(await diffRelationships(trx, scope, room, from)));
    }
    const page = differences.slice(0, limit);
    const last = differences.length > limit ? page.at(-1) : undefined;
    return { to: to.at, summary, differences: page, next: last ? placeOf(last) : null };
  });
}

function placeOf(difference: Difference): DiffCursor {
  return 'ci' in difference
    ? { kind: 'item', id: difference.ci.ci_id }
    : { kind: 'relationship', id: difference.relationship.relationship_id };
}
