import { z } from 'zod';

/*
 * Parts of record schemas. AWS leaves out what it does not know, or answers an empty text; in a
 * parsed record both are null, so that maps need no defaults.
 */

export { count, flag, listOf, text, textAt } from '../record-fields.ts';

/** A point in time as ISO 8601; the SDK parses it to a Date. */
export const instant = z
  .date()
  .nullish()
  .transform((value) => value?.toISOString() ?? null);
