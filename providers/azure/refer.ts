import type { Reference } from '../../model/resource-type.ts';
import { idKey } from './keys.ts';

/**
 * The reference to something, or none where the record does not name it:
 * `...refer('in_subnet', record.subnet)`.
 *
 * @param id the resource id in the record, in any case
 * @param rest discriminator, attributes, redundancy group
 */
export function refer<RelationName extends string>(
  relation: RelationName,
  id: string | null | undefined,
  rest: Omit<Reference, 'relation' | 'key'> = {},
): Reference<RelationName>[] {
  return id ? [{ relation, key: idKey(id), ...rest }] : [];
}
