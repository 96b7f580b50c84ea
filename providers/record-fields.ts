import { z } from 'zod';

/*
 * Parts of record schemas that every provider needs. APIs leave out what they do not know, or answer
 * null or an empty text; in a parsed record all are null, so that maps need no defaults. What is
 * peculiar to a provider stands in its own `fields.ts`.
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
