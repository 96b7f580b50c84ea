import { z } from 'zod';
import { listOf } from '../record-fields.ts';

/*
 * Parts of record schemas. The clients leave out what Google does not say, or answer an empty text,
 * an empty list or an `…_UNSPECIFIED`; in a parsed record all of these are null or empty.
 */

export { flag, listOf, text, textAt } from '../record-fields.ts';

/** A word of an enumeration; the number of one that is newer than the client library. */
export const word = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? null : String(value)))
  .transform((value) => (value === '' || value?.endsWith('_UNSPECIFIED') ? null : value));

/** A whole number; those of 64 bits come as text. */
export const count = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+$/)])
  .nullish()
  .transform((value) => (value == null ? null : Number(value)));

/** The clients' form of a point in time or a duration in protocol buffers. */
const seconds = z.object({ seconds: z.union([z.number(), z.string()]).nullish() });

/** A point in time as ISO 8601 in UTC: Compute Engine writes it in the time of California. */
export const instant = z
  .union([z.string(), seconds])
  .nullish()
  .transform((value) => {
    const time =
      typeof value === 'string' ? Date.parse(value) : value ? Number(value.seconds) * 1000 : 0;
    return time > 0 ? new Date(time).toISOString() : null;
  });

export const texts = listOf(z.string()).transform((list) => list.toSorted());
