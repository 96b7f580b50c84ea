import { type RelationType, relationTypeSchema } from '../../model/enums.ts';

/** The type in the query text; parsing it against the enum leaves nothing to inject. */
export function cypherType(type: RelationType): string {
  return relationTypeSchema.parse(type).toUpperCase();
}
