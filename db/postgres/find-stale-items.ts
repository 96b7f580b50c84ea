import { sql } from 'kysely';
import type { Db } from './database.ts';
import { isStale, readExpectations } from './read-expectations.ts';

/**
 * Tells which of these items nobody has looked at for too long: their slice is stale. What is
 * retired is not: it will not be seen again, however often one looks.
 */
export async function findStaleItems(db: Db, ciIds: readonly string[]): Promise<Set<string>> {
  if (ciIds.length === 0) return new Set();
  const expectations = await readExpectations(db);
  const { rows } = await sql<{ ci_id: string }>`
    select ci_id from items join slices using (slice_id) join scopes using (scope_id)
    where ci_id = any(${ciIds}::uuid[]) and retired_at is null and ${isStale(expectations)}
  `.execute(db);
  return new Set(rows.map((row) => row.ci_id));
}
