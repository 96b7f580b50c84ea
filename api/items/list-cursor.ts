import { z } from '@hono/zod-openapi';
import type { ItemCursor } from '../../db/postgres/search/item-order.ts';
import type { ItemSort } from '../../model/item-sorts.ts';
import { cursorOf } from '../http/cursor.ts';
import { Problem } from '../http/problem.ts';

const byTick = z.enum(['-created_at', 'created_at', '-updated_at', 'updated_at']);
const byName = z.enum(['name', '-name']);
const beginning = z
  .string()
  .max(400)
  .refine((text) => text.isWellFormed() && !text.includes('\0'));

const place = cursorOf(
  z.union([
    z.tuple([byTick, z.int().nonnegative(), z.uuid(), z.boolean()]),
    z.tuple([byName, beginning, z.uuid(), z.boolean()]),
  ]),
);

/** A place in a list of items, and whether the list is of what is written like the text asked for. */
export interface ListPlace {
  after: ItemCursor;
  is_similar: boolean;
}

/** A cursor of an earlier page; anything else is refused. */
export const listCursorParam = place.param.transform((read): ListPlace | null => {
  if (read === null) return null;
  const [sort, key, ci_id, is_similar] = read;
  return { after: { sort, key, ci_id }, is_similar };
});

export function encodeListCursor({ sort, key, ci_id }: ItemCursor, isSimilar: boolean): string {
  const isName = typeof key === 'string';
  return isName
    ? place.encode([byName.parse(sort), key, ci_id, isSimilar])
    : place.encode([byTick.parse(sort), key, ci_id, isSimilar]);
}

/** @throws {Problem} where a page of one order is asked for behind a page of another */
export function requireSameOrder(place: ListPlace | null, sort: ItemSort | undefined): void {
  if (!place || sort === undefined || sort === place.after.sort) return;
  throw new Problem('invalid-request', `cursor: is of a list sorted by ${place.after.sort}`, {
    errors: [
      {
        field: 'cursor',
        message: `is of a list sorted by ${place.after.sort}`,
        allowed: [place.after.sort],
      },
    ],
  });
}
