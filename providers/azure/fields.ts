import { z } from 'zod';
import { text } from '../record-fields.ts';

/*
 * Parts of record schemas. Azure leaves out what it does not know, or answers null or an empty text;
 * in a parsed record all are null, so that maps need no defaults.
 */

export { count, flag, listOf, text, textAt } from '../record-fields.ts';

/** A point in time as ISO 8601; the SDK parses it to a Date. */
export const instant = z
  .date()
  .nullish()
  .transform((value) => value?.toISOString() ?? null);

/** A number that need not be whole, e.g. of gigabytes. */
export const amount = z
  .number()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? null);

/** A pointer to another resource, `{ id }`, read to that id. */
export const link = z
  .object({ id: text })
  .nullish()
  .transform((value) => value?.id ?? null);
