import { z } from 'zod';
import { relationTypeSchema, spreadSchema } from './enums.ts';
import { jsonObjectSchema } from './json.ts';

const instant = z.iso.datetime({ offset: true });

/** A directed relationship between two items, as the API answers it. */
export const relationshipSchema = z.object({
  relationship_id: z.uuid(),
  source_ci_id: z.uuid(),
  target_ci_id: z.uuid(),
  relationship_type: relationTypeSchema,

  attributes: jsonObjectSchema,
  /** Importance or strength, 0 and up; what it measures is the reference's to say. */
  weight: z.number().nonnegative(),

  created_at: instant,
  updated_at: instant,
  discovered_at: instant,

  /** Both ends are live, and a complete scan has seen the reference behind it. */
  is_valid: z.boolean(),
  /** When that was last proven. */
  validation_timestamp: instant.nullable(),

  /** How a failure spreads over it; the ground of every impact answer. */
  spread: spreadSchema,
  /** Members of one group stand in for each other. */
  redundancy_group: z.string().nullable(),
  /** How many members of the group must be up for it to work. */
  min_up: z.int().positive().nullable(),
});
export type Relationship = z.infer<typeof relationshipSchema>;
