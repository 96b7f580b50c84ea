import type { CiStatus } from './enums.ts';
import type { Walk, WalkEdge } from './failure-walk.ts';

/**
 * What a failure does to an item that it reaches: `outage` where something is lost that nothing
 * stands in for, `degraded` where it goes on, itself or something that it needs having less.
 */
export type FailureEffect = 'outage' | 'degraded';

/** Items that are there to be counted on; one of another status counts as lost already. */
export const UP_STATUSES = [
  'active',
  'deprecated',
  'under_maintenance',
] as const satisfies readonly CiStatus[];

/**
 * The value of the attribute `health` of a relationship to a member of a redundancy group – a target
 * of a load balancer – that its provider's health checks find down: it counts as lost already,
 * whatever the status of the item itself.
 */
export const UNHEALTHY = 'unhealthy';

/** A redundancy group as it was before the failure. */
export interface GroupStrength {
  /** The item that needs the group. */
  ci_id: string;
  redundancy_group: string;
  /** How many different members must be up. */
  min_up: number;
  /** How many different members are up: active, and not found unhealthy. */
  up: number;
  /** Those of them that were asked about. */
  members_up: string[];
}

/**
 * Reads the groups that items need, for those that need any.
 *
 * @param members the items of which to tell whether they are up in the group
 */
export type GroupReader = (
  ciIds: readonly string[],
  members: readonly string[],
) => Promise<GroupStrength[]>;

/** A group during the failure. */
interface Group {
  min_up: number;
  left: number;
  members_up: Set<string>;
}

/** Who needs an item, alone or as a member of a group. */
interface Dependent {
  ci_id: string;
  redundancy_group: string | null;
}

/**
 * Tells outage from degradation for everything that a walk of impact reached. An item is out as
 * soon as it has lost one thing that stands alone, or so many of a group that fewer are up than
 * must be; that is repeated until no more fall, so that one loss can take down what needs two.
 *
 * It sees what the walk saw: where that was cut, more may fall.
 *
 * @param failedCiIds where the walk began
 */
export async function effectsOf(
  walk: Walk,
  failedCiIds: readonly string[],
  readGroups: GroupReader,
): Promise<ReadonlyMap<string, FailureEffect>> {
  const reached = walk.reached.map(({ item }) => item.ci_id);
  const dependents = dependentsOf(walk.edges);
  const groups = await groupsOf(dependents, [...failedCiIds, ...reached], readGroups);

  const lost = new Set(failedCiIds);
  const falling = [...lost];
  for (let member = falling.pop(); member !== undefined; member = falling.pop()) {
    for (const { ci_id, redundancy_group } of dependents.get(member) ?? []) {
      if (lost.has(ci_id)) continue;
      if (redundancy_group !== null) {
        const group = groups.get(groupKey(ci_id, redundancy_group));
        // A group that is gone since the walk says nothing: the item goes on.
        if (!group) continue;
        if (group.members_up.delete(member)) group.left -= 1;
        if (group.left >= group.min_up) continue;
      }
      lost.add(ci_id);
      falling.push(ci_id);
    }
  }
  return new Map(reached.map((ciId) => [ciId, lost.has(ciId) ? 'outage' : 'degraded']));
}

function dependentsOf(edges: readonly WalkEdge[]): Map<string, Dependent[]> {
  const dependents = new Map<string, Dependent[]>();
  for (const { spread, source_ci_id, target_ci_id, redundancy_group } of edges) {
    const isForward = spread === 'forward';
    const member = isForward ? target_ci_id : source_ci_id;
    const known = dependents.get(member) ?? [];
    known.push({ ci_id: isForward ? source_ci_id : target_ci_id, redundancy_group });
    dependents.set(member, known);
  }
  return dependents;
}

async function groupsOf(
  dependents: ReadonlyMap<string, readonly Dependent[]>,
  members: readonly string[],
  readGroups: GroupReader,
): Promise<Map<string, Group>> {
  const grouped = new Set<string>();
  for (const { ci_id, redundancy_group } of [...dependents.values()].flat()) {
    if (redundancy_group !== null) grouped.add(ci_id);
  }
  if (grouped.size === 0) return new Map();
  const strengths = await readGroups([...grouped], members);
  return new Map(
    strengths.map(({ ci_id, redundancy_group, min_up, up, members_up }) => [
      groupKey(ci_id, redundancy_group),
      { min_up, left: up, members_up: new Set(members_up) },
    ]),
  );
}

function groupKey(ciId: string, group: string): string {
  return `${ciId} ${group}`;
}
