import { z } from 'zod';
import { declaredItemSchema } from './declared-item.ts';
import { declaredRelationSchema } from './declared-relation.ts';
import { ciEnvironmentSchema } from './enums.ts';

const text = z.string().min(1).optional();

/** What holds for every item of the file that does not say otherwise; tags are put together. */
const defaultsSchema = z.strictObject({
  owner: text,
  team: text,
  cost_center: text,
  environment: ciEnvironmentSchema.optional(),
  network: text,
  tags: z.record(z.string(), z.string()).default({}),
});
export type CatalogueDefaults = z.output<typeof defaultsSchema>;

/** A file before its items are read, since those need its defaults. */
export const catalogueEnvelopeSchema = z.strictObject({
  defaults: defaultsSchema.prefault({}),
  items: z.array(z.looseObject({})).default([]),
  relations: z.array(z.looseObject({})).default([]),
});

/** A file of the catalogue: what a team says that there is, and no source lists. */
export const catalogueFileSchema = catalogueEnvelopeSchema.extend({
  items: z.array(declaredItemSchema).default([]),
  /** Relationships between any items; those of an item may as well stand with it. */
  relations: z.array(declaredRelationSchema).default([]),
});
