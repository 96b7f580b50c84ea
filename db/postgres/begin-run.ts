import { scopeId, sliceId } from '../../model/identity.ts';
import type { PlannedScope } from '../../model/provider.ts';
import type { DiscoveryRequest, RunError } from '../../model/scope.ts';
import type { Db } from './database.ts';
import { noteUnscheduled } from './note-unscheduled.ts';

/** A scope of a plan with the resource types to list in it. */
export interface PlannedSlices extends PlannedScope {
  resource_types: readonly string[];
}

export interface NewRun {
  run_id: string;
  workflow_id: string;
  request: DiscoveryRequest;
  scopes: readonly PlannedSlices[];
  errors: readonly RunError[];
}

/** Rows of one statement; PostgreSQL takes 65,535 parameters at most. */
const ROWS_PER_INSERT = 2000;

/**
 * Writes a run with its plan: scopes and slices that are new, a scan for each slice, and which slices
 * that it asks for are planned no more.
 * Safe to run again with the same plan: nothing is written twice, nor is a scope that the plan has
 * twice – two kubeconfig contexts of one cluster, say –, whose resource types are put together.
 */
export async function beginRun(db: Db, run: NewRun): Promise<void> {
  const slices = run.scopes.flatMap((scope) => slicesOf(scope));
  const distinct = new Map(
    run.scopes.map((scope) => [scopeId(scope.provider, scope.account, scope.region), scope]),
  );
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('runs')
      .values({
        run_id: run.run_id,
        workflow_id: run.workflow_id,
        request: JSON.stringify(run.request),
        errors: JSON.stringify(run.errors),
      })
      .onConflict((conflict) => conflict.column('run_id').doNothing())
      .execute();
    for (const scopes of chunks([...distinct])) {
      await trx
        .insertInto('scopes')
        .values(
          scopes.map(([scope_id, { provider, account, account_name, region }]) => ({
            scope_id,
            provider,
            account,
            account_name,
            region,
          })),
        )
        .onConflict((conflict) =>
          conflict
            .column('scope_id')
            .doUpdateSet((row) => ({ account_name: row.ref('excluded.account_name') })),
        )
        .execute();
    }
    for (const rows of chunks(slices)) {
      await trx
        .insertInto('slices')
        .values(
          rows.map(({ slice_id, scope_id, resource_type }) => ({
            slice_id,
            scope_id,
            resource_type,
          })),
        )
        .onConflict((conflict) => conflict.column('slice_id').doNothing())
        .execute();
      await trx
        .insertInto('slice_scans')
        .values(
          rows.map(({ slice_id, scope_id, task_queue }) => ({
            run_id: run.run_id,
            slice_id,
            scope_id,
            task_queue,
          })),
        )
        .onConflict((conflict) => conflict.columns(['run_id', 'slice_id']).doNothing())
        .execute();
    }
    await noteUnscheduled(trx, run.run_id, run.request, run.errors);
  });
}

function slicesOf(scope: PlannedSlices) {
  const { provider, account, region, task_queue } = scope;
  return scope.resource_types.map((resource_type) => ({
    slice_id: sliceId(provider, account, region, resource_type),
    scope_id: scopeId(provider, account, region),
    resource_type,
    task_queue,
  }));
}

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    yield rows.slice(start, start + ROWS_PER_INSERT);
  }
}
