import { randomUUID } from 'node:crypto';
import { stageRecords } from '../../activities/stage-records.ts';
import { beginRun } from '../../db/postgres/begin-run.ts';
import type { Db } from '../../db/postgres/database.ts';
import { finishRun } from '../../db/postgres/finish-run.ts';
import { type PromoteCounts, promoteScope } from '../../db/postgres/promote-scope.ts';
import { relate } from '../../db/postgres/relate.ts';
import { closeSliceScan, openSliceScan } from '../../db/postgres/slice-scan.ts';
import type { DeclaredItemInput } from '../../model/declared-item.ts';
import { DECLARED_ACCOUNT, DECLARED_RESOURCE_TYPE } from '../../model/declared-scope.ts';
import { scopeId, sliceId } from '../../model/identity.ts';
import type { AnyResourceType } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { resourceType } from '../../providers/declared/resources/declared-item.ts';
import { mappingOf } from './things.ts';

const type = resourceType as unknown as AnyResourceType;

/** Discovers files of a catalogue with what they say, as a run does that plans these and no others. */
export async function discoverCatalogue(
  db: Db,
  files: Readonly<Record<string, readonly DeclaredItemInput[]>>,
): Promise<PromoteCounts[]> {
  const run_id = randomUUID();
  const scopes = Object.keys(files).map((region): Scope => {
    return { provider: 'declared', account: DECLARED_ACCOUNT, account_name: null, region };
  });
  await beginRun(db, {
    run_id,
    workflow_id: 'discovery',
    request: {},
    errors: [],
    scopes: scopes.map((scope) => ({
      ...scope,
      level: 'account',
      task_queue: null,
      resource_types: [DECLARED_RESOURCE_TYPE],
    })),
  });
  const counts: PromoteCounts[] = [];
  for (const scope of scopes) {
    const { region } = scope;
    const slice_id = sliceId('declared', DECLARED_ACCOUNT, region, DECLARED_RESOURCE_TYPE);
    await openSliceScan(db, run_id, slice_id);
    const place = { run_id, slice_id, listing: 1, page: 0 };
    await stageRecords(db, files[region] ?? [], mappingOf(type, scope), place);
    const end = { error_code: null, error_message: null, missing_permission: null };
    await closeSliceScan(db, run_id, slice_id, { outcome: 'complete', ...end });
    const policy = { retire_after_scans: 2, max_loss_percent: 50 };
    const scope_id = scopeId('declared', DECLARED_ACCOUNT, region);
    counts.push(await promoteScope(db, run_id, scope_id, policy));
  }
  await relate(db, run_id, 10_000);
  await finishRun(db, run_id, 'finished', []);
  return counts;
}
