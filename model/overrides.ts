import { z } from 'zod';

/** Fields that people own: what a person set is never overwritten by a discovery. */
export const OVERRIDABLE_FIELDS = [
  'owner',
  'team',
  'cost_center',
  'compliance_status',
  'security_posture',
  'status',
] as const;
export type OverridableField = (typeof OVERRIDABLE_FIELDS)[number];

/** What a person can say of an item's status; the others are for sources and tracking to tell. */
export const STATUS_OVERRIDES = ['deprecated', 'planned', 'under_maintenance'] as const;

/** Values to set, by field; null gives the field back to discovery, a field left out stays. */
export type OverrideChange = { readonly [Field in OverridableField]?: string | null | undefined };

/** A value that a person set, and what it stands before. */
export const overrideSchema = z.object({
  value: z.string(),
  /** What discovery says just now; null where it says nothing. */
  observed: z.string().nullable(),
  by: z.string(),
  at: z.iso.datetime({ offset: true }),
});
export type Override = z.infer<typeof overrideSchema>;

/** An item's overrides by field; fields that discovery tells are not in it. */
export const overridesSchema = z.partialRecord(z.enum(OVERRIDABLE_FIELDS), overrideSchema);
export type Overrides = z.infer<typeof overridesSchema>;
