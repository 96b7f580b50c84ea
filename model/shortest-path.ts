import type { RelationType } from './enums.ts';

/** A relationship as a path sees it: it leads both ways. */
export interface PathEdge {
  relationship_id: string;
  source_ci_id: string;
  target_ci_id: string;
  relationship_type: RelationType;
}

/** Reads the relationships of any of these items, at most `limit` of them. */
export type EdgeReader = (ciIds: readonly string[], limit: number) => Promise<PathEdge[]>;

export interface PathBounds {
  max_hops: number;
  /** Relationships that are read at most, for one hop and in all. */
  max_edges_per_hop: number;
  max_edges: number;
  /** When to give up, by `performance.now()`. */
  deadline: number;
}

export interface FoundPath {
  /** From the first item to the second, in order; null where none was found. */
  edges: PathEdge[] | null;
  /** A bound other than the number of hops was met: there may be a path, or a shorter one. */
  is_truncated: boolean;
}

/** One end of the search: what it has reached, each item by the edge that led there. */
interface Side {
  reached: Map<string, PathEdge | null>;
  frontier: string[];
}

/**
 * Finds a shortest way between two items over any relationships, whichever way they point, from both
 * ends at once: the smaller frontier goes on, so that an account with a million items is met, not
 * gone through. Of several ways of one length it takes the same every time.
 */
export async function shortestPath(
  readEdges: EdgeReader,
  from: string,
  to: string,
  bounds: PathBounds,
): Promise<FoundPath> {
  if (from === to) return { edges: [], is_truncated: false };
  const sides: [Side, Side] = [startAt(from), startAt(to)];
  let isTruncated = false;
  let left = bounds.max_edges;
  for (let hops = 1; hops <= bounds.max_hops; hops++) {
    const [here, there] = bySize(sides);
    if (here.frontier.length === 0) break;
    const limit = Math.min(bounds.max_edges_per_hop, left);
    if (limit <= 0 || performance.now() > bounds.deadline)
      return { edges: null, is_truncated: true };
    const edges = await readEdges(here.frontier, limit);
    left -= edges.length;
    if (edges.length === limit) isTruncated = true;
    const met = advance(here, there, edges);
    if (met !== null) {
      const forth = wayTo(sides[0], met).toReversed();
      return { edges: [...forth, ...wayTo(sides[1], met)], is_truncated: isTruncated };
    }
  }
  return { edges: null, is_truncated: isTruncated };
}

function startAt(ciId: string): Side {
  return { reached: new Map([[ciId, null]]), frontier: [ciId] };
}

function bySize([a, b]: [Side, Side]): [Side, Side] {
  return a.frontier.length <= b.frontier.length ? [a, b] : [b, a];
}

/** Goes one hop on. @returns an item that both sides have now reached, or null */
function advance(here: Side, there: Side, edges: readonly PathEdge[]): string | null {
  const frontier = new Set(here.frontier);
  here.frontier = [];
  const met: string[] = [];
  for (const edge of edges.toSorted(byId)) {
    for (const [near, far] of [
      [edge.source_ci_id, edge.target_ci_id],
      [edge.target_ci_id, edge.source_ci_id],
    ] as const) {
      if (!frontier.has(near) || here.reached.has(far)) continue;
      here.reached.set(far, edge);
      here.frontier.push(far);
      if (there.reached.has(far)) met.push(far);
    }
  }
  return met.sort()[0] ?? null;
}

function byId(a: PathEdge, b: PathEdge): number {
  return a.relationship_id < b.relationship_id ? -1 : 1;
}

/** The edges from an item back to where its side began. */
function wayTo({ reached }: Side, ciId: string): PathEdge[] {
  const way: PathEdge[] = [];
  for (let at = ciId, edge = reached.get(at); edge; edge = reached.get(at)) {
    way.push(edge);
    at = edge.source_ci_id === at ? edge.target_ci_id : edge.source_ci_id;
  }
  return way;
}
