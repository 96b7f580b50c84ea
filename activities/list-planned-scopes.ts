import { listPlannedScopes, type PlannedScopePage } from '../db/postgres/list-planned-scopes.ts';

import type { ProviderName } from '../model/enums.ts';
import type { ActivityDeps } from './deps.ts';

export interface ListPlannedScopesInput {
  run_id: string;
  provider: ProviderName;
  account: string;
  /** The last scope of the page before; null at the start. */
  after_scope_id: string | null;
}

/**
 * A page of 500 slices is about 60 kB: far from the payload limit of 2 MB, and its activities stay
 * under the 2,000 that a workflow may have pending.
 */
const SLICES_PER_PAGE = 500;

/** Reads the next scopes of an account's plan from the store. */
export function createListPlannedScopes({ db }: ActivityDeps) {
  return (input: ListPlannedScopesInput): Promise<PlannedScopePage> =>
    listPlannedScopes(db, { ...input, max_slices: SLICES_PER_PAGE });
}
