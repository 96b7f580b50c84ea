import type { Reference } from '../../model/resource-type.ts';
import { computeKey } from './keys.ts';
import { pathOf } from './resource-name.ts';

type Rest = Omit<Reference, 'relation' | 'key'>;

/**
 * The reference to something of Compute Engine, by any of its names, or none where the record names
 * nothing: `...refer('in_subnet', record.subnetwork)`.
 *
 * @param rest discriminator, attributes, redundancy group
 */
export function refer<RelationName extends string>(
  relation: RelationName,
  name: string | null | undefined,
  rest: Rest = {},
): Reference<RelationName>[] {
  return pathOf(name) && name ? [{ relation, key: computeKey(name), ...rest }] : [];
}

/** The reference to something by its key, or none where there is no key. */
export function referByKey<RelationName extends string>(
  relation: RelationName,
  key: string | null | undefined,
  rest: Rest = {},
): Reference<RelationName>[] {
  return key ? [{ relation, key, ...rest }] : [];
}

/** For references to things that stand in for each other: one of them is enough for the source. */
export function oneOf(source: string): Pick<Reference, 'redundancy_group' | 'min_up'> {
  return { redundancy_group: source, min_up: 1 };
}
