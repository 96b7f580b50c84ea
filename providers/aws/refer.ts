import type { Reference } from '../../model/resource-type.ts';

/**
 * The reference to something, or none where the record does not name it:
 * `...refer('in_subnet', record.SubnetId, idKey)`.
 *
 * @param name the id, name or ARN in the record
 * @param keyOf makes the key of it; an ARN is a key as it stands
 * @param rest discriminator, attributes, redundancy group
 */
export function refer<RelationName extends string>(
  relation: RelationName,
  name: string | null | undefined,
  keyOf: (name: string) => string = (arn) => arn,
  rest: Omit<Reference, 'relation' | 'key'> = {},
): Reference<RelationName>[] {
  return name ? [{ relation, key: keyOf(name), ...rest }] : [];
}
