import { z } from '@hono/zod-openapi';
import {
  type FeedCursor,
  ForeignCursorError,
  PrunedCursorError,
} from '../../db/postgres/changes/feed-cursor.ts';
import { cursorOf } from '../http/cursor.ts';
import { Problem } from '../http/problem.ts';

const seq = z.int().nonnegative();

const placeCursor = cursorOf(
  z.union([z.tuple([seq]), z.tuple([seq, z.enum(['item', 'relationship']), z.uuid()])]),
);

/** The cursor as text: opaque to whoever carries it, and good for as long as history is kept. */
export function encodeFeedCursor({ seq, inside }: FeedCursor): string {
  return placeCursor.encode(inside ? [seq, inside.kind, inside.id] : [seq]);
}

const placeParam = placeCursor.param.transform((place): FeedCursor | null => {
  if (!place) return null;
  const [at, kind, id] = place;
  return { seq: at, inside: kind && id ? { kind, id } : null };
});

/** Where to begin: behind a cursor, or, in words, behind everything that there is now. */
export const afterParam = z
  .union([z.literal('now'), placeParam])
  .optional()
  .openapi({
    type: 'string',
    description:
      'The cursor up to which you have read; now for what comes from now on. Without it the feed ' +
      'begins where history does.',
  });

/**
 * Reads the header with which an event stream goes on where it broke off.
 *
 * @throws {Problem} where it is no cursor
 */
export function lastEventId(header: string | undefined): FeedCursor | null {
  const read = placeParam.safeParse(header);
  if (read.success) return read.data;
  throw cursorProblem('Last-Event-ID', 'must be the id of an event of this feed');
}

/** Says of a cursor that cannot be read from what the matter is; any other error is itself. */
export function feedProblem(error: unknown, field: string): unknown {
  if (error instanceof PrunedCursorError) {
    return new Problem('history-pruned', error.message, {
      errors: [
        {
          field,
          message: 'is older than what is kept; begin without it, or with "now"',
          allowed: { earliest: error.earliest.toISOString() },
        },
      ],
    });
  }
  return error instanceof ForeignCursorError ? cursorProblem(field, error.message) : error;
}

function cursorProblem(field: string, message: string): Problem {
  return new Problem('invalid-request', `${field}: ${message}`, { errors: [{ field, message }] });
}
