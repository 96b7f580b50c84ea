import { z } from 'zod';

/**
 * Any JSON value. The types stand beside the schema for those who describe it: written out, the
 * schema is recursive without end.
 */
export const jsonValueSchema = z
  .json()
  .meta({ type: ['string', 'number', 'boolean', 'object', 'array', 'null'] });

export const jsonObjectSchema = z.record(z.string(), jsonValueSchema);
