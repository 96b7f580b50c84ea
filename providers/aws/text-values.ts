import { z } from 'zod';
import { text } from './fields.ts';

/* Parts of record schemas for SQS and SNS, which answer every attribute as a text. */

/** A whole number. */
export const countText = text.transform((value, context) => {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value);
  context.addIssue({ code: 'custom', message: 'is no whole number' });
  return z.NEVER;
});

/** `true` or `false`, in any case. */
export const flagText = text.transform((value, context) => {
  if (value === null) return null;
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  context.addIssue({ code: 'custom', message: 'is neither true nor false' });
  return z.NEVER;
});

/** A point in time in seconds since 1970, maybe with a fraction, as ISO 8601. */
export const epochText = text.transform((value, context) => {
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return new Date(Number(value) * 1000).toISOString();
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});

/** A JSON text, read as `schema` says. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return text
    .transform((value, context): unknown => {
      if (value === null) return null;
      try {
        return JSON.parse(value);
      } catch {
        // The value may hold anything: the message does not repeat it.
        context.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema.nullable());
}
