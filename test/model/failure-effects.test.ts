import { describe, expect, test } from '@jest/globals';
import type { ItemSummary } from '../../model/configuration-item.ts';
import type { CiStatus, Spread } from '../../model/enums.ts';
import { effectsOf, type GroupStrength, UP_STATUSES } from '../../model/failure-effects.ts';
import { type StepReader, walkFailures } from '../../model/failure-walk.ts';

/** `source target`, with how failure spreads and in which group. */
interface Edge {
  source: string;
  target: string;
  spread?: Spread;
  group?: string;
  min_up?: number;
}

const needs = (source: string, target: string): Edge => ({ source, target });
const oneOf = (source: string, targets: string[], min_up = 1): Edge[] =>
  targets.map((target) => ({ source, target, group: `${source} group`, min_up }));

/** What becomes of everything that the failure of `failed` reaches: `web outage`. */
async function effects(
  failed: string | readonly string[],
  edges: readonly Edge[],
  statuses: Record<string, CiStatus> = {},
): Promise<string[]> {
  const summary = (name: string): ItemSummary => ({
    ci_id: name,
    ci_type: 'service',
    name,
    display_name: name,
    status: statuses[name] ?? 'active',
    environment: 'unknown',
    provider: null,
    account: null,
    region: null,
    resource_type: 'part',
  });
  const ends = ({ source, target, spread = 'forward' }: Edge) =>
    spread === 'forward'
      ? { member: target, dependent: source }
      : { member: source, dependent: target };
  const readSteps: StepReader = async (ids) =>
    edges.flatMap((edge, index) => {
      const { member, dependent } = ends(edge);
      if (!ids.includes(member)) return [];
      const { source, target, spread = 'forward', group = null, min_up = null } = edge;
      return [
        {
          from_ci_id: member,
          to: summary(dependent),
          edge: {
            relationship_id: String(index),
            source_ci_id: source,
            target_ci_id: target,
            relationship_type: 'depends_on' as const,
            spread,
            weight: 1,
            redundancy_group: group,
            min_up,
          },
        },
      ];
    });
  const upOf = (all: readonly Edge[]) =>
    all
      .map((edge) => ends(edge).member)
      .filter((name) => (UP_STATUSES as readonly string[]).includes(summary(name).status));
  const readGroups = async (ids: readonly string[]): Promise<GroupStrength[]> =>
    ids.flatMap((ci_id) => {
      const members = edges.filter((edge) => edge.group && ends(edge).dependent === ci_id);
      return [...Map.groupBy(members, ({ group }) => group)].map(([group = '', all]) => ({
        ci_id,
        redundancy_group: group,
        min_up: Math.max(...all.map(({ min_up = 1 }) => min_up)),
        up: upOf(all).length,
        members_up: upOf(all),
      }));
    });
  const walk = await walkFailures(readSteps, [failed].flat(), 'impact', {
    depth: 5,
    max_items: 100,
  });
  const all = await effectsOf(walk, [failed].flat(), readGroups);
  return [...all].map(([name, effect]) => `${name} ${effect}`).sort();
}

describe('an item is out', () => {
  test('when it has lost something that stands alone', async () => {
    expect(await effects('db', [needs('api', 'db'), needs('web', 'api')])).toEqual([
      'api outage',
      'web outage',
    ]);
  });

  test('when it has lost the last of a group', async () => {
    const pods = ['a', 'b', 'c'];
    const estate = [...oneOf('service', pods), ...pods.map((pod) => needs(pod, 'node'))];
    expect(await effects('node', estate)).toContain('service outage');
  });

  test('when fewer are up than must be', async () => {
    const quorum = oneOf('etcd', ['a', 'b', 'c'], 2);
    expect(await effects('a', quorum)).toEqual(['etcd degraded']);
    expect(await effects('a', quorum, { b: 'failed' })).toEqual(['etcd outage']);
  });

  test('when the others of the group were down before', async () => {
    const estate = oneOf('service', ['a', 'b']);
    expect(await effects('a', estate, { b: 'inactive' })).toEqual(['service outage']);
  });

  test('when all of a group fail at once', async () => {
    const estate = [...oneOf('service', ['a', 'b', 'c']), needs('web', 'service')];
    expect(await effects(['a', 'b'], estate)).toEqual(['service degraded', 'web degraded']);
    expect(await effects(['a', 'b', 'c'], estate)).toEqual(['service outage', 'web outage']);
  });

  test('when what it needs falls because of two losses together', async () => {
    const estate = [
      ...oneOf('service', ['a', 'b']),
      needs('a', 'disk'),
      needs('b', 'rack'),
      needs('rack', 'disk'),
      needs('web', 'service'),
    ];
    expect(await effects('disk', estate)).toContain('web outage');
  });
});

describe('an item is degraded', () => {
  test('when others of the group are left', async () => {
    const estate = [
      ...oneOf('service', ['a', 'b', 'c']),
      needs('a', 'node'),
      needs('web', 'service'),
    ];
    expect(await effects('node', estate)).toEqual(['a outage', 'service degraded', 'web degraded']);
  });

  test('when what was lost was down before, and the rest of the group is up', async () => {
    const estate = oneOf('service', ['a', 'b']);
    expect(await effects('a', estate, { a: 'failed' })).toEqual(['service degraded']);
  });
});

test('members that are sources stand in for each other as well', async () => {
  const managed = ['a', 'b'].map((source): Edge => {
    return { source, target: 'deployment', spread: 'reverse', group: 'deployment', min_up: 1 };
  });
  expect(await effects('a', managed)).toEqual(['deployment degraded']);
  expect(await effects('node', [...managed, needs('a', 'node'), needs('b', 'node')])).toContain(
    'deployment outage',
  );
});

test('a circle of needs does not hold itself up, or go on for ever', async () => {
  const estate = [needs('a', 'b'), needs('b', 'a'), needs('a', 'node')];
  expect(await effects('node', estate)).toEqual(['a outage', 'b outage']);
});
