import { z } from '@hono/zod-openapi';
import type { Db } from '../../db/postgres/database.ts';
import {
  FutureMomentError,
  type Moment,
  PrunedMomentError,
  readAt,
} from '../../db/postgres/moment.ts';
import { Problem } from './problem.ts';

/** A point in time in a query. */
export const timeParam = z.iso
  .datetime({
    offset: true,
    error: 'must be a time such as 2026-05-01T12:00:00Z, with Z or an offset (its + written %2B)',
  })
  .transform((text) => new Date(text))
  .openapi({ type: 'string', format: 'date-time' });

/** Asks about the past; without it an answer is about the present. */
export const asOfParam = timeParam.optional().openapi({
  type: 'string',
  format: 'date-time',
  description:
    'Answers as it was then: what was committed up to that time. Not later than now; ' +
    'nor older than history is kept (410).',
});

/** Part of answers that can be about the past. */
export const asOfSchema = z.iso
  .datetime({ offset: true })
  .optional()
  .meta({ description: 'The time that was asked about; left out in answers about the present.' });

/** What an answer about the past says of itself. */
export function asOfPart(at: Date | undefined): { as_of?: string } {
  return at ? { as_of: at.toISOString() } : {};
}

/**
 * Runs `read` for the time of the parameter `as_of`, or for the present.
 *
 * @throws {Problem} when that time has not come, or is not kept any more
 */
export async function readAsOf<T>(
  db: Db,
  at: Date | undefined,
  read: (db: Db, moment: Moment | null) => Promise<T>,
): Promise<T> {
  try {
    return await readAt(db, at ?? null, read);
  } catch (error) {
    throw momentProblem(error, () => 'as_of');
  }
}

/** Says of a time that cannot be asked about what is allowed; any other error is itself. */
export function momentProblem(error: unknown, fieldOf: (at: Date) => string): unknown {
  if (error instanceof FutureMomentError) {
    const latest = error.latest.toISOString();
    const message = `must not be later than now, ${latest}`;
    return new Problem('invalid-request', error.message, {
      errors: [{ field: fieldOf(error.at), message, allowed: { latest } }],
    });
  }
  if (error instanceof PrunedMomentError) {
    const earliest = error.earliest.toISOString();
    const message = `must not be before ${earliest}: older history is not kept`;
    return new Problem('history-pruned', error.message, {
      errors: [{ field: fieldOf(error.at), message, allowed: { earliest } }],
    });
  }
  return error;
}
