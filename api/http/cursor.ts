import { z } from '@hono/zod-openapi';

/** Longer than any place in a list: names of accounts have up to some hundred characters. */
const MAX_CHARACTERS = 4_000;

/** Cursors of a list whose places the schema describes: how they are written, and read back. */
export function cursorOf<Place>(place: z.ZodType<Place>) {
  const param = z
    .string()
    .optional()
    .transform((text, context): Place | null => {
      if (text === undefined) return null;
      const read = place.safeParse(decode(text));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: 'must be the next_cursor of an earlier page' });
      return z.NEVER;
    })
    .openapi({ type: 'string', description: 'The next_cursor of the page before.' });
  const encode = (at: Place) => Buffer.from(JSON.stringify(at)).toString('base64url');
  return { param, encode };
}

function decode(text: string): unknown {
  if (text.length > MAX_CHARACTERS || !/^[\w-]+$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
