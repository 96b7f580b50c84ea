import { z } from 'zod';
import { changedItemSchema, relationshipChangeSchema } from './change-event.ts';
import { changeSchema } from './configuration-item.ts';

/**
 * How an item differs between two times, the first of these that fits:
 * - `added`: it was not known at the first
 * - `retired`, `missing`, `back`: it is that at the second, and was not at the first
 * - `changed`: it is another version with another content
 *
 * What came and went between the two is no difference.
 */
export const ITEM_DIFFERENCES = ['added', 'retired', 'missing', 'back', 'changed'] as const;
export const RELATIONSHIP_DIFFERENCES = [
  'relationship_added',
  'relationship_changed',
  'relationship_ended',
] as const;

const changes = changeSchema.shape.changes;

export const itemDifferenceSchema = z.object({
  kind: z.enum(ITEM_DIFFERENCES),
  /** As it is at the second time. */
  ci: changedItemSchema,
  /** Its version at the first time; null where it was not known. */
  from_version: z.int().positive().nullable(),
  to_version: z.int().positive(),
  /** Field by field; empty for an item that was not known. */
  changes,
});
export type ItemDifference = z.infer<typeof itemDifferenceSchema>;

export const relationshipDifferenceSchema = z.object({
  kind: z.enum(RELATIONSHIP_DIFFERENCES),
  /** As it is at the second time, or was at the first where it has ended. */
  relationship: relationshipChangeSchema.shape.relationship,
  source: changedItemSchema,
  target: changedItemSchema,
  /** Field by field, where it is there at both times. */
  changes,
});
export type RelationshipDifference = z.infer<typeof relationshipDifferenceSchema>;

export const differenceSchema = z.discriminatedUnion('kind', [
  itemDifferenceSchema,
  relationshipDifferenceSchema,
]);
export type Difference = z.infer<typeof differenceSchema>;

/** How many differences of each kind there are. */
export const diffSummarySchema = z.record(
  z.enum([...ITEM_DIFFERENCES, ...RELATIONSHIP_DIFFERENCES]),
  z.int().nonnegative(),
);
export type DiffSummary = z.infer<typeof diffSummarySchema>;
