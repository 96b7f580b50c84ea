import { z } from '@hono/zod-openapi';

/** A place in an order as text, opaque to whoever carries it from one page to the next. */
export function writePlace<Schema extends z.ZodType>(
  _schema: Schema,
  place: z.output<Schema>,
): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** A cursor of an earlier page; anything else is refused. */
export function placeParam<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .optional()
    .transform((text, context): z.output<Schema> | null => {
      if (text === undefined) return null;
      const place = schema.safeParse(decode(text));
      if (place.success) return place.data;
      context.addIssue({ code: 'custom', message: 'must be the next_cursor of an earlier page' });
      return z.NEVER;
    })
    .openapi({ type: 'string', description: 'The next_cursor of the page before.' });
}

function decode(text: string): unknown {
  if (!/^[\w-]{1,4000}$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
