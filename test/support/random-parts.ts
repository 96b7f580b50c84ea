import fc from 'fast-check';
import type { Link, Part } from './parts.ts';

const RELATIONS: Link['relation'][] = [
  'depends_on',
  'runs_on',
  'completes',
  'managed_by',
  'communicates_with',
];

/**
 * Estates of up to a dozen parts: needs of one thing, of groups with one or two to spare or none,
 * members that are down or found unhealthy, cycles, and links over which no failure spreads.
 */
export const randomParts: fc.Arbitrary<Part[]> = fc
  .integer({ min: 2, max: 12 })
  .chain((size) =>
    fc.array(
      fc.record({
        status: fc.constantFrom('active', 'active', 'active', 'failed', 'deprecated', 'inactive'),
        environment: fc.constantFrom('production', 'staging', 'unknown'),
        zone: fc.constantFrom('a', 'b', null),
        links: fc.array(linkAmong(size), { maxLength: 3 }),
        group: fc.array(memberAmong(size), { maxLength: 4 }),
        min_up: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: size, maxLength: size },
    ),
  )
  .map((drawn) =>
    drawn.map(({ status, environment, zone, links, group, min_up }, index) => ({
      id: nameOf(index),
      status,
      environment,
      zone,
      links: [
        ...links.map((link) =>
          link.group ? { ...link, group: `${link.group}-${link.to}` } : link,
        ),
        ...group.map((member) => ({
          relation: 'depends_on' as const,
          group: `group of ${nameOf(index)}`,
          min_up,
          ...member,
        })),
      ],
    })),
  )
  .map((parts) => parts.map((part) => ({ ...part, links: withoutDoubles(part.links) })));

function nameOf(index: number): string {
  return `p${index}`;
}

/** A link to one part; a source that it manages may share a group with others. */
function linkAmong(size: number): fc.Arbitrary<Link> {
  return fc.record(
    {
      relation: fc.constantFrom(...RELATIONS),
      to: fc.integer({ min: 0, max: size - 1 }).map(nameOf),
      group: fc.constantFrom('crew', 'guard'),
      health: fc.constantFrom('healthy', 'unhealthy'),
    },
    { requiredKeys: ['relation', 'to'] },
  );
}

function memberAmong(size: number) {
  return fc.record(
    {
      to: fc.integer({ min: 0, max: size - 1 }).map(nameOf),
      health: fc.constantFrom('healthy', 'unhealthy', 'unknown'),
    },
    { requiredKeys: ['to'] },
  );
}

/** One reference a relation, target and discriminator: more would be the same relationship. */
function withoutDoubles(links: readonly Link[]): Link[] {
  const byPlace = new Map(links.map((link) => [`${typeOf(link)} ${link.to} ${link.group}`, link]));
  return [...byPlace.values()];
}

function typeOf({ relation }: Link): string {
  return relation === 'completes' ? 'part_of' : relation;
}
