import type { ItemSummary } from './configuration-item.ts';
import type { RelationType, Spread } from './enums.ts';

/** A relationship as the walk sees it: who fails with whom. */
export interface WalkEdge {
  relationship_id: string;
  source_ci_id: string;
  target_ci_id: string;
  relationship_type: RelationType;
  spread: Spread;
  weight: number;
  /** Members of one group stand in for each other; see failure-effects. */
  redundancy_group: string | null;
  min_up: number | null;
}

/** An edge, and the item at its far end. */
export interface WalkStep {
  from_ci_id: string;
  edge: WalkEdge;
  to: ItemSummary;
}

/**
 * Which way to walk.
 * - `dependencies`: to what the item needs: along `forward` edges, against `reverse` ones
 * - `impact`: to what suffers if the item fails: the other way round
 */
export type WalkDirection = 'dependencies' | 'impact';

/**
 * Reads the steps that lead away from a set of items, at most `limit` of them. The present comes
 * from the graph, the past from Postgres; the walk is the same.
 */
export type StepReader = (
  ciIds: readonly string[],
  direction: WalkDirection,
  limit: number,
) => Promise<WalkStep[]>;

/** An item that was reached, by a shortest way. */
export interface Reached {
  item: ItemSummary;
  hops: number;
  /** The step by which it was reached first. */
  via: WalkStep;
}

export interface Walk {
  /** In the order of hops. */
  reached: Reached[];
  /** Every edge that was seen between the items of the answer. */
  edges: WalkEdge[];
  /** A bound ended the walk: the answer is a lower bound. */
  is_truncated: boolean;
}

export interface WalkBounds {
  /** How many hops to go. */
  depth: number;
  /** How many items to reach at most. */
  max_items: number;
  /** Edges of a hub can be many more than the items behind them; this many are read a hop. */
  max_steps_per_hop?: number;
}

const MAX_STEPS_PER_HOP = 20_000;

/**
 * Walks breadth first along the relationships over which failure spreads, one read a hop.
 * Cycles end where they began; each item is reached once, by a shortest way: of several, the one
 * over the smallest relationship id, so that every store gives the same answer every time.
 *
 * @param startCiIds one item, or several at once; none of them is among those that are reached
 */
export async function walkFailures(
  readSteps: StepReader,
  startCiIds: readonly string[],
  direction: WalkDirection,
  bounds: WalkBounds,
): Promise<Walk> {
  const { depth, max_items, max_steps_per_hop = MAX_STEPS_PER_HOP } = bounds;
  const starts = new Set(startCiIds);
  const reached = new Map<string, Reached>();
  const edges = new Map<string, WalkEdge>();
  let frontier = [...starts];
  let isTruncated = false;
  // The hop behind the last reaches nothing new, but tells how the items of the last hang together.
  for (let hops = 1; hops <= depth + 1 && frontier.length > 0; hops++) {
    const steps = await readSteps(frontier, direction, max_steps_per_hop);
    if (steps.length === max_steps_per_hop) isTruncated = true;
    frontier = [];
    for (const step of steps.toSorted(byRelationship)) {
      const ciId = step.to.ci_id;
      if (!starts.has(ciId) && !reached.has(ciId)) {
        if (hops > depth || reached.size === max_items) {
          isTruncated = true;
          continue;
        }
        reached.set(ciId, { item: step.to, hops, via: step });
        frontier.push(ciId);
      }
      edges.set(step.edge.relationship_id, step.edge);
    }
  }
  return { reached: [...reached.values()], edges: [...edges.values()], is_truncated: isTruncated };
}

function byRelationship(a: WalkStep, b: WalkStep): number {
  return a.edge.relationship_id < b.edge.relationship_id ? -1 : 1;
}

/** The steps from the start to a reached item, in order. */
export function pathTo(reached: Reached, all: ReadonlyMap<string, Reached>): WalkStep[] {
  const path = [reached.via];
  for (let at = all.get(reached.via.from_ci_id); at; at = all.get(at.via.from_ci_id)) {
    path.unshift(at.via);
  }
  return path;
}
