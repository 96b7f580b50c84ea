import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { stageRecords } from '../../activities/stage-records.ts';
import { beginRun } from '../../db/postgres/begin-run.ts';
import type { Db } from '../../db/postgres/database.ts';
import { finishRun } from '../../db/postgres/finish-run.ts';
import { promoteScope } from '../../db/postgres/promote-scope.ts';
import { relate } from '../../db/postgres/relate.ts';
import { closeSliceScan, openSliceScan } from '../../db/postgres/slice-scan.ts';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { observedItemSchema } from '../../model/configuration-item.ts';
import type { ProviderName } from '../../model/enums.ts';
import { ciId, scopeId, sliceId } from '../../model/identity.ts';
import { jsonObjectSchema } from '../../model/json.ts';
import { type AnyResourceType, defineResourceType } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { mappingOf } from './things.ts';

const seenSchema = z.object({
  id: z.string(),
  ci_type: ciTypeSchema.default('server'),
  /** Any described fields. */
  fields: jsonObjectSchema.default({}),
  /** Keys beside its own, `seen:<provider>/<id>`. */
  keys: z.array(z.string()).default([]),
  identities: z.array(z.string()).default([]),
  /** Keys that it depends on. */
  needs: z.array(z.string()).default([]),
});

/** A thing as one source sees it. */
export type Seen = z.input<typeof seenSchema>;

export const SEEN_ACCOUNT = '111122223333';

function seenType(provider: ProviderName): AnyResourceType {
  return defineResourceType({
    name: `${provider}_seen`,
    provider,
    ci_types: ciTypeSchema.options,
    summary: 'A thing that several sources see, for tests.',
    permissions: [],
    level: 'region',
    async listPage() {
      return { records: [], next_page_token: null };
    },
    record: seenSchema,
    nativeId: (record) => seenSchema.safeParse(record).data?.id ?? null,
    toItem: ({ id, ci_type, fields }) =>
      observedItemSchema.parse({ ci_type, name: id, display_name: id, ...fields }),
    keys: ({ id, keys }) => [`seen:${provider}/${id}`, ...keys],
    identities: ({ identities }) => identities,
    relations: { needs: { type: 'depends_on', target: 'seen', spread: 'forward' } },
    references: ({ needs }) => needs.map((key) => ({ relation: 'needs' as const, key })),
    volatile: [],
  });
}

export function seenId(provider: ProviderName, id: string, account = SEEN_ACCOUNT): string {
  return ciId({ provider, account, resource_type: `${provider}_seen`, native_id: id });
}

/** Discovers what one source sees. */
export function discoverSeen(
  db: Db,
  provider: ProviderName,
  seen: readonly Seen[],
  account = SEEN_ACCOUNT,
): Promise<void> {
  const scope: Scope = { provider, account, account_name: null, region: 'eu-west-1' };
  return discoverRecords(db, seenType(provider), scope, seen);
}

/** Discovers records of a type, as a run does that lists it whole: plans, stages, promotes, relates. */
export async function discoverRecords(
  db: Db,
  type: AnyResourceType,
  scope: Scope,
  records: readonly unknown[],
): Promise<void> {
  const run_id = randomUUID();
  const { provider, account, region } = scope;
  const slice = sliceId(provider, account, region, type.name);
  await beginRun(db, {
    run_id,
    workflow_id: `seen-${run_id}`,
    request: {},
    errors: [],
    scopes: [{ ...scope, level: type.level, task_queue: null, resource_types: [type.name] }],
  });
  await openSliceScan(db, run_id, slice);
  const place = { run_id, slice_id: slice, listing: 1, page: 0 };
  await stageRecords(db, records, mappingOf(type, scope), place);
  await closeSliceScan(db, run_id, slice, {
    outcome: 'complete',
    error_code: null,
    error_message: null,
    missing_permission: null,
  });
  await promoteScope(db, run_id, scopeId(provider, account, region), {
    retire_after_scans: 2,
    max_loss_percent: 100,
  });
  await relate(db, run_id, 10_000);
  await finishRun(db, run_id, 'finished', []);
}
