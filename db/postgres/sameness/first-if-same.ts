import { type RawBuilder, sql } from 'kysely';
import { PROVIDER_ORDER } from '../../../model/sameness.ts';

/**
 * Of items that answer to one key the one of the first source, where each other one is directly the
 * same as it: by a strong key that the two share, or by a person's decision about the two. Else null.
 *
 * Directly, and not by way of a third item: relate looks at a key again when one of its owners
 * changes, and a third item may change without them.
 *
 * @param ciIds an expression of type `uuid[]`
 */
export function firstIfSame(ciIds: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql`first_if_same(${ciIds}, ${[...PROVIDER_ORDER]}::text[])`;
}
