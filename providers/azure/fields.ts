import { z } from 'zod';

/*
 * Parts of record schemas. Azure leaves out what it does not know, or answers null or an empty text;
 * in a parsed record all are null, so that maps need no defaults.
 */

export const text = z
  .string()
  .nullish()
  .transform((value) => value || null);

export const count = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? null);

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

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

/** A list; empty where it is left out. */
export function listOf<Element extends z.ZodType>(element: Element) {
  return z
    .array(element)
    .nullish()
    .transform((value) => value ?? []);
}

/**
 * Reads one text field of a record that may not parse, for `nativeId`.
 *
 * @returns null where the record has no such text
 */
export function textAt(record: unknown, field: string): string | null {
  if (typeof record !== 'object' || record === null) return null;
  const value = (record as Record<string, unknown>)[field];
  return typeof value === 'string' && value !== '' ? value : null;
}
