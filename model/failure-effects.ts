import type { ItemSummary } from './configuration-item.ts';
import type { CiStatus } from './enums.ts';
import type { Walk, WalkEdge } from './failure-walk.ts';

/**
 * What a failure does to an item that it reaches: `outage` where something is lost that nothing
 * stands in for, `degraded` where the item goes on with less.
 */
export type FailureEffect = 'outage' | 'degraded';

/** Items that are there to be counted on; one of another status counts as lost already. */
export const UP_STATUSES = [
  'active',
  'deprecated',
  'under_maintenance',
] as const satisfies readonly CiStatus[];

/** A redundancy group as it was before the failure. */
export interface GroupStrength {
  /** The item that needs the group. */
  ci_id: string;
  redundancy_group: string;
  /** How many different members are up. */
  up: number;
}

/** Reads the groups that items need, for those that need any. */
export type GroupReader = (ciIds: readonly string[]) => Promise<GroupStrength[]>;

/** One thing that an item needs. */
interface Need {
  member: string;
  group: string | null;
  min_up: number;
}

/**
 * Tells outage from degradation for everything that a walk of impact reached. An item is out as
 * soon as it has lost one thing that stands alone, or so many of a group that fewer are up than
 * must be; that is repeated until no more fall, so that one loss can take down what needs two.
 *
 * It sees what the walk saw: where that was cut, more may fall.
 */
export async function effectsOf(
  walk: Walk,
  failed: ItemSummary,
  readGroups: GroupReader,
): Promise<ReadonlyMap<string, FailureEffect>> {
  const needs = needsOf(walk.edges);
  const dependents = walk.reached.map(({ item }) => item.ci_id);
  const grouped = dependents.filter((ciId) => needs.get(ciId)?.some(({ group }) => group !== null));
  const strengths = new Map(
    (grouped.length === 0 ? [] : await readGroups(grouped)).map((strength) => [
      `${strength.ci_id} ${strength.redundancy_group}`,
      strength.up,
    ]),
  );
  const wasUp = new Set(
    [failed, ...walk.reached.map(({ item }) => item)]
      .filter(({ status }) => (UP_STATUSES as readonly CiStatus[]).includes(status))
      .map(({ ci_id }) => ci_id),
  );

  const lost = new Set([failed.ci_id]);
  const isOut = (ciId: string): boolean => {
    const all = needs.get(ciId) ?? [];
    if (all.some(({ group, member }) => group === null && lost.has(member))) return true;
    const groups = Map.groupBy(
      all.filter(({ group }) => group !== null),
      ({ group }) => group,
    );
    return [...groups].some(([group, members]) => {
      const gone = new Set(members.map(({ member }) => member).filter((one) => lost.has(one)));
      if (gone.size === 0) return false;
      const fallen = [...gone].filter((one) => wasUp.has(one)).length;
      const left = (strengths.get(`${ciId} ${group}`) ?? 0) - fallen;
      return left < Math.max(...members.map(({ min_up }) => min_up));
    });
  };
  for (let before = 0; before < lost.size; ) {
    before = lost.size;
    for (const ciId of dependents) if (!lost.has(ciId) && isOut(ciId)) lost.add(ciId);
  }
  return new Map(dependents.map((ciId) => [ciId, lost.has(ciId) ? 'outage' : 'degraded']));
}

function needsOf(edges: readonly WalkEdge[]): Map<string, Need[]> {
  const needs = new Map<string, Need[]>();
  for (const edge of edges) {
    const isForward = edge.spread === 'forward';
    const dependent = isForward ? edge.source_ci_id : edge.target_ci_id;
    const known = needs.get(dependent) ?? [];
    known.push({
      member: isForward ? edge.target_ci_id : edge.source_ci_id,
      group: edge.redundancy_group,
      min_up: edge.min_up ?? 1,
    });
    needs.set(dependent, known);
  }
  return needs;
}
