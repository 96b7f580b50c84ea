import {
  listPlannedScopes,
  type PlannedSlice,
  type ScopeSlices,
} from '../db/postgres/list-planned-scopes.ts';
import type { ProviderName } from '../model/enums.ts';
import type { ActivityDeps } from './deps.ts';

export interface ListPlannedScopesInput {
  run_id: string;
  provider: ProviderName;
  account: string;
  /** The last scope of the page before; null at the start. */
  after_scope_id: string | null;
}

/** Slices that one activity lists. */
export type SliceBatch = Array<Pick<PlannedSlice, 'slice_id' | 'resource_type'>>;

/** A scope with its slices as they are to be listed. */
export interface ScopeBatches extends Omit<ScopeSlices, 'slices'> {
  batches: SliceBatch[];
}

export interface ScopeBatchPage {
  scopes: ScopeBatches[];
  /** Where the next page begins; null at the end. */
  next_after_scope_id: string | null;
}

/**
 * A page of 500 slices is about 60 kB: far from the payload limit of 2 MB, and its activities stay
 * under the 2,000 that a workflow may have pending.
 */
const SLICES_PER_PAGE = 500;

/** An activity costs what listing a few empty slices does; more of them would gain little. */
const SLICES_PER_BATCH = 16;

/**
 * Reads the next scopes of an account's plan from the store. Slices that were a page at most when they
 * were last listed, and those that never were, are listed together; a large one by itself, so that
 * large ones spread over the workers.
 */
export function createListPlannedScopes({ db }: ActivityDeps) {
  return async (input: ListPlannedScopesInput): Promise<ScopeBatchPage> => {
    const { scopes, next_after_scope_id } = await listPlannedScopes(db, {
      ...input,
      max_slices: SLICES_PER_PAGE,
    });
    return {
      scopes: scopes.map(({ slices, ...scope }) => ({ ...scope, batches: batchesOf(slices) })),
      next_after_scope_id,
    };
  };
}

/** Large slices first: what takes longest begins first. */
export function batchesOf(slices: readonly PlannedSlice[]): SliceBatch[] {
  const isLarge = ({ last_page_count }: PlannedSlice) => (last_page_count ?? 0) > 1;
  const large = slices.filter(isLarge);
  const small = slices.filter((slice) => !isLarge(slice));
  const batchCount = Math.ceil(small.length / SLICES_PER_BATCH);
  const evenly = Math.ceil(small.length / batchCount);
  return [
    ...large.map((slice) => [slice]),
    ...Array.from({ length: batchCount }, (_, n) => small.slice(n * evenly, (n + 1) * evenly)),
  ].map((batch) => batch.map(({ slice_id, resource_type }) => ({ slice_id, resource_type })));
}
