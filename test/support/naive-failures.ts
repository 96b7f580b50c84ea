import type { Part } from './parts.ts';

/*
 * The plainest model of who fails with whom: parts and their links as a test wrote them, looked
 * through again and again. It shares nothing with what it judges.
 */

const UP = ['active', 'deprecated', 'under_maintenance'];

/** Which end of a link fails with the other. */
const DEPENDENT: Record<string, 'source' | 'target' | undefined> = {
  depends_on: 'source',
  runs_on: 'source',
  hosted_on: 'source',
  uses: 'source',
  part_of: 'source',
  completes: 'target',
  managed_by: 'target',
};

interface Need {
  dependent: string;
  member: string;
  group: string | null;
  min_up: number;
  healthy: boolean;
}

function needsOf(parts: readonly Part[]): Need[] {
  const known = new Set(parts.map((part) => part.id));
  return parts.flatMap((part) =>
    (part.links ?? []).flatMap((link) => {
      const end = DEPENDENT[link.relation];
      if (!end || !known.has(link.to) || link.to === part.id) return [];
      return [
        {
          dependent: end === 'source' ? part.id : link.to,
          member: end === 'source' ? link.to : part.id,
          group: link.group ?? null,
          min_up: link.min_up ?? 1,
          healthy: link.health !== 'unhealthy',
        },
      ];
    }),
  );
}

/** Everything that can be reached within so many hops, with how many it took. */
function reach(
  needs: readonly Need[],
  from: readonly string[],
  depth: number,
  way: 'up' | 'down',
): Map<string, number> {
  const hops = new Map<string, number>();
  let here = [...from];
  for (let hop = 1; hop <= depth; hop++) {
    const next: string[] = [];
    for (const need of needs) {
      const [a, b] = way === 'up' ? [need.member, need.dependent] : [need.dependent, need.member];
      if (!here.includes(a) || from.includes(b) || hops.has(b)) continue;
      hops.set(b, hop);
      next.push(b);
    }
    here = next;
  }
  return hops;
}

/** `name hops` of what a part needs, or of what needs it. */
export function naiveDependencies(
  parts: readonly Part[],
  id: string,
  depth: number,
  way: 'needs' | 'needed_by' = 'needs',
): string[] {
  const found = reach(needsOf(parts), [id], depth, way === 'needs' ? 'down' : 'up');
  return [...found].map(([name, hops]) => `${name} ${hops}`).sort();
}

/** All that is out when these fail, they themselves among it. */
function lostWith(parts: readonly Part[], failed: readonly string[]): Set<string> {
  const needs = needsOf(parts);
  const isUp = (id: string) =>
    UP.includes(parts.find((part) => part.id === id)?.status ?? 'active');
  const lost = new Set(failed);
  for (let before = -1; before < lost.size; ) {
    before = lost.size;
    for (const { id } of parts) {
      const mine = needs.filter((need) => need.dependent === id);
      const alone = mine.some((need) => need.group === null && lost.has(need.member));
      const groups = [...new Set(mine.map((need) => need.group))].filter((group) => group !== null);
      const weak = groups.some((group) => {
        const members = mine.filter((need) => need.group === group);
        const left = members.filter(
          (need) => need.healthy && isUp(need.member) && !lost.has(need.member),
        );
        const leftCount = new Set(left.map((need) => need.member)).size;
        const wanted = Math.max(...members.map((need) => need.min_up));
        return members.some((need) => lost.has(need.member)) && leftCount < wanted;
      });
      if (alone || weak) lost.add(id);
    }
  }
  return lost;
}

/** `name hops effect` of everything that suffers when these fail. */
export function naiveImpact(parts: readonly Part[], failed: readonly string[]): string[] {
  const lost = lostWith(parts, failed);
  const reached = reach(needsOf(parts), failed, parts.length, 'up');
  return [...reached]
    .map(([name, hops]) => `${name} ${hops} ${lost.has(name) ? 'outage' : 'degraded'}`)
    .sort();
}

/** `name outages` of every part that is up and takes others down, in an environment if one is given. */
export function naiveSinglePoints(parts: readonly Part[], environment?: string): string[] {
  return parts.flatMap(({ id, status = 'active' }) => {
    if (!UP.includes(status)) return [];
    const others = [...lostWith(parts, [id])].filter((name) => name !== id);
    const count = others.filter((name) => {
      const part = parts.find((one) => one.id === name);
      return environment === undefined || (part?.environment ?? 'unknown') === environment;
    }).length;
    return count > 0 ? [`${id} ${count}`] : [];
  });
}
