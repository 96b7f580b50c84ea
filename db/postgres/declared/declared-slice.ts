import { sql } from 'kysely';
import {
  API_REGION,
  DECLARED_ACCOUNT,
  DECLARED_RESOURCE_TYPE,
} from '../../../model/declared-scope.ts';
import { scopeId, sliceId } from '../../../model/identity.ts';
import type { Trx } from '../database.ts';

/** The slice of what people declare through the API. No run scans it. */
export const API_SLICE_ID = sliceId(
  'declared',
  DECLARED_ACCOUNT,
  API_REGION,
  DECLARED_RESOURCE_TYPE,
);
const API_SCOPE_ID = scopeId('declared', DECLARED_ACCOUNT, API_REGION);

/** Locks the slice, made with the first declaration: declarations are written one after another. */
export async function lockApiSlice(trx: Trx): Promise<void> {
  await trx
    .insertInto('scopes')
    .values({
      scope_id: API_SCOPE_ID,
      provider: 'declared',
      account: DECLARED_ACCOUNT,
      account_name: null,
      region: API_REGION,
    })
    .onConflict((conflict) => conflict.column('scope_id').doNothing())
    .execute();
  await trx
    .insertInto('slices')
    .values({
      slice_id: API_SLICE_ID,
      scope_id: API_SCOPE_ID,
      resource_type: DECLARED_RESOURCE_TYPE,
      is_scanned: false,
    })
    .onConflict((conflict) => conflict.column('slice_id').doNothing())
    .execute();
  await sql`select from slices where slice_id = ${API_SLICE_ID} for update`.execute(trx);
}

/** A declared item as it is known, and where it was declared last. */
export interface KnownItem {
  version: number;
  is_retired: boolean;
  is_from_api: boolean;
  /** The file of the catalogue, or the API. */
  region: string;
  /** Whether the runs still scan where it was declared. */
  is_scheduled: boolean;
}

/** Locks a declared item and reads it, in two statements: the second sees what the first waited for. */
export async function lockDeclaredItem(trx: Trx, ciId: string): Promise<KnownItem | null> {
  await sql`select from items where ci_id = ${ciId} for update`.execute(trx);
  const { rows } = await sql<KnownItem>`
    select items.version, items.retired_at is not null as is_retired,
      not slices.is_scanned as is_from_api, scopes.region,
      slices.is_scanned and slices.unscheduled_since is null as is_scheduled
    from items join slices using (slice_id) join scopes using (scope_id)
    where ci_id = ${ciId}
  `.execute(trx);
  return rows[0] ?? null;
}
