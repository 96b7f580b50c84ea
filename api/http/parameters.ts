import { z } from '@hono/zod-openapi';
import { relationTypeSchema } from '../../model/enums.ts';

/** A whole number in a query, refused when it is anything else or out of range. */
export function wholeNumber(minimum: number, maximum: number, fallback: number) {
  return z
    .string()
    .default(String(fallback))
    .transform((value, context) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= minimum && number <= maximum) return number;
      context.addIssue({
        code: 'custom',
        message: `must be a whole number from ${minimum} to ${maximum}`,
        params: { allowed: { minimum, maximum } },
      });
      return z.NEVER;
    })
    .openapi({ type: 'integer', minimum, maximum, default: fallback });
}

/** Text that can be stored: PostgreSQL has no place for a NUL, nor for half of a character. */
export const plainText = z
  .string()
  .min(1, 'must not be empty')
  .max(512, 'must not be longer than 512 characters')
  .refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'must not contain a NUL character or half of a surrogate pair',
  );

/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The query of a route. A parameter that it does not know is refused by name. */
export function queryOf<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape);
  const known = names.length > 0 ? `known are: ${names.join(', ')}` : 'there are none';
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not a parameter here; ${known}` : undefined,
  });
}

export const noQuery = queryOf({});

export const ciIdParam = z.object({
  ci_id: z
    .uuid('must be a UUID, such as 2f1c6a0e-6f4d-5c1e-9d0a-4b8f5f1f2c3d')
    .toLowerCase()
    .openapi({ description: 'The id of a configuration item.' }),
});

/**
 * A tag to filter by: `key:value`, or `key` for any value. A colon that belongs to the key is
 * written `\:`, since both the keys and the values of providers have colons.
 */
const tag = plainText.transform((text) => {
  const separator = /(?<!\\):/.exec(text);
  const key = separator ? text.slice(0, separator.index) : text;
  return {
    key: key.replaceAll('\\:', ':'),
    value: separator ? text.slice(separator.index + 1) : null,
  };
});

/** Tags of a query, where one parameter comes as text and several come as a list. */
export const tagsParam = z
  .union([tag.transform((one) => [one]), z.array(tag).max(20, 'must not be more than 20 tags')])
  .optional()
  .openapi({
    type: 'array',
    items: { type: 'string' },
    description: 'key:value, or key for any value; a colon in the key is written \\:.',
    example: ['team:payments'],
  });

/** Relationship types of a query: separated by commas, or one parameter each. */
export const relationsParam = z
  .union([z.string(), z.array(z.string()).max(relationTypeSchema.options.length)])
  .transform((value) => [value].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(relationTypeSchema))
  .optional()
  .openapi({
    type: 'array',
    items: { type: 'string', enum: [...relationTypeSchema.options] },
    description: 'Only relationships of these types, separated by commas.',
    example: ['depends_on', 'runs_on'],
  });
