import { z } from '@hono/zod-openapi';
import type { ItemCursor } from '../../db/postgres/list-items.ts';
import { placeParam, writePlace } from './place.ts';

const placeSchema = z.tuple([z.int().nonnegative(), z.uuid()]);

/** The cursor as text: opaque to whoever carries it. */
export function encodeCursor({ created_tick, ci_id }: ItemCursor): string {
  return writePlace(placeSchema, [created_tick, ci_id]);
}

/** A cursor of an earlier page; anything else is refused. */
export const cursorParam = placeParam(placeSchema).transform((place): ItemCursor | null =>
  place === null ? null : { created_tick: place[0], ci_id: place[1] },
);
