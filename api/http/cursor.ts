import { z } from '@hono/zod-openapi';
import type { ItemCursor } from '../../db/postgres/list-items.ts';

const placeSchema = z.tuple([z.int().nonnegative(), z.uuid()]);

/** The cursor as text: opaque to whoever carries it. */
export function encodeCursor({ created_tick, ci_id }: ItemCursor): string {
  return Buffer.from(JSON.stringify([created_tick, ci_id])).toString('base64url');
}

/** A cursor of an earlier page; anything else is refused. */
export const cursorParam = z
  .string()
  .optional()
  .transform((text, context): ItemCursor | null => {
    if (text === undefined) return null;
    const place = placeSchema.safeParse(decode(text));
    if (place.success) return { created_tick: place.data[0], ci_id: place.data[1] };
    context.addIssue({ code: 'custom', message: 'must be the next_cursor of an earlier page' });
    return z.NEVER;
  })
  .openapi({ type: 'string', description: 'The next_cursor of the page before.' });

function decode(text: string): unknown {
  if (!/^[\w-]{1,200}$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
