import type { Restriction } from '../../model/access.ts';
import type { ItemSummary } from '../../model/configuration-item.ts';
import type { Db } from './database.ts';
import { summariesOf } from './find-failing.ts';
import type { Moment } from './moment.ts';
import { type BriefEdge, countEdges, edgesAmong, edgesOf } from './read-edges.ts';

export interface NeighbourhoodBounds {
  /** How many hops to go. */
  depth: number;
  max_items: number;
  /** Up to how many relationships of an item are counted in each direction. */
  max_counted: number;
}

export interface Neighbourhood {
  nodes: Array<ItemSummary & { hops: number; left_out: number }>;
  edges: BriefEdge[];
  /** More items are as near as those that were taken. */
  is_truncated: boolean;
}

/** Relationships that are read for one hop: the hubs among the items of one may have many each. */
const MAX_READ = 20_000;

/** Relationships between so many items are not drawn in any readable way. */
const MAX_EDGES = 5_000;

/**
 * Reads the items around one: breadth first over all relationships, whichever way they point, and
 * then every relationship between those that were taken. Of an item that has more neighbours than there
 * is room for, some are taken, and it says how many are not.
 *
 * @returns null when there is no such item, or it is not for whoever asks to see
 */
export async function readNeighbourhood(
  db: Db,
  ciId: string,
  { depth, max_items, max_counted }: NeighbourhoodBounds,
  { restriction, moment }: { restriction: Restriction | null; moment: Moment | null },
): Promise<Neighbourhood | null> {
  const [start] = await summariesOf(db, [ciId], restriction, moment);
  if (!start) return null;
  const nodes = new Map([[ciId, { ...start, hops: 0 }]]);
  let frontier = [ciId];
  let isTruncated = false;
  for (let hops = 1; hops <= depth && frontier.length > 0 && !isTruncated; hops++) {
    // One more of each than there is room for tells that there are more.
    const each = max_items + 1;
    const edges = await edgesOf(db, frontier, { all: MAX_READ, each }, moment);
    if (edges.length === MAX_READ) isTruncated = true;
    const found = new Set(edges.flatMap((edge) => [edge.source_ci_id, edge.target_ci_id]));
    const ids = [...found].filter((id) => !nodes.has(id)).sort();
    const visible = await summariesOf(db, ids, restriction, moment);
    const room = max_items - nodes.size;
    if (visible.length > room) isTruncated = true;
    frontier = [];
    for (const summary of visible.slice(0, room)) {
      nodes.set(summary.ci_id, { ...summary, hops });
      frontier.push(summary.ci_id);
    }
  }
  const ids = [...nodes.keys()];
  const [edges, counts] = await Promise.all([
    edgesAmong(db, ids, MAX_EDGES + 1, moment),
    countEdges(db, ids, max_counted, moment),
  ]);
  const drawn = edges.slice(0, MAX_EDGES);
  const drawnAt = Map.groupBy(
    drawn.flatMap((edge) => [edge.source_ci_id, edge.target_ci_id]),
    (id) => id,
  );
  return {
    nodes: [...nodes.values()].map((node) => ({
      ...node,
      left_out: Math.max(0, (counts.get(node.ci_id) ?? 0) - (drawnAt.get(node.ci_id)?.length ?? 0)),
    })),
    edges: drawn,
    is_truncated: isTruncated || edges.length > MAX_EDGES,
  };
}
