import { sql } from 'kysely';
import type { CoverageState } from '../../model/coverage.ts';
import type { Db } from './database.ts';
import { isStale, readExpectations } from './read-expectations.ts';

/** The slices of a provider whose last scan ended in one way. */
export interface SliceGauge {
  provider: string;
  state: CoverageState;
  slices: number;
  /** Not proven for twice the interval of their schedule, or asked for by none any more. */
  stale: number;
  /** The end of the oldest of their last complete scans; null where none has one. */
  oldest_proof: Date | null;
}

/** Counts slices by provider and state, in one pass over them. */
export async function readSliceGauges(db: Db): Promise<SliceGauge[]> {
  const expectations = await readExpectations(db);
  const { rows } = await sql<SliceGauge>`
    select scopes.provider, coalesce(slices.last_state, 'never') as state,
      count(*)::int as slices,
      (count(*) filter (where ${isStale(expectations)}))::int as stale,
      min(slices.proven_at) as oldest_proof
    from slices join scopes using (scope_id)
    group by 1, 2
  `.execute(db);
  return rows;
}
