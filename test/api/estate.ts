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
import { ciEnvironmentSchema } from '../../model/enums.ts';
import { ciId, scopeId, sliceId } from '../../model/identity.ts';
import { type AnyResourceType, defineResourceType } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { mappingOf } from '../support/things.ts';

const recordSchema = z.object({
  id: z.string(),
  ci_type: ciTypeSchema.default('service'),
  environment: ciEnvironmentSchema.default('unknown'),
  team: z.string().optional(),
  owner: z.string().optional(),
  name: z.string().optional(),
  hostname: z.string().optional(),
  ip_address: z.string().optional(),
  external_id: z.string().optional(),
  zone: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  size: z.number().default(0),
  load: z.number().default(0),
  /** It fails with these. */
  needs: z.array(z.string()).default([]),
  /** These fail with it. */
  carries: z.array(z.string()).default([]),
  /** Neither fails with the other. */
  /** Parts that stand in for each other. */
  one_of: z.array(z.string()).default([]),
  talks_to: z.array(z.string()).default([]),
});

/** A thing of the estate that the tests of the API ask about. */
export type Estate = ReadonlyArray<z.input<typeof recordSchema>>;

const partType: AnyResourceType = defineResourceType({
  name: 'estate_part',
  provider: 'aws',
  ci_types: ciTypeSchema.options,
  summary: 'A part of a synthetic estate of any class.',
  permissions: [],
  level: 'region',
  async listPage() {
    return { records: [], next_page_token: null };
  },
  record: recordSchema,
  nativeId: (record) => recordSchema.safeParse(record).data?.id ?? null,
  toItem: (
    { id, name, zone, size, load, needs, carries, one_of, talks_to, ...fields },
    { region },
  ) =>
    observedItemSchema.parse({
      ...fields,
      name: name ?? id,
      display_name: id.toUpperCase(),
      region,
      availability_zone: zone,
      attributes: { size, load },
    }),
  keys: ({ id }) => [`part:${id}`],
  relations: {
    needs: { type: 'depends_on', target: 'estate_part', spread: 'forward' },
    one_of: { type: 'uses', target: 'estate_part', spread: 'forward' },
    carries: { type: 'managed_by', target: 'estate_part', spread: 'reverse' },
    talks_to: { type: 'communicates_with', target: 'estate_part', spread: 'none' },
  },
  references: ({ id: own, needs, one_of, carries, talks_to }) => [
    ...needs.map((id) => ({ relation: 'needs' as const, key: `part:${id}` })),
    ...one_of.map((id) => ({
      relation: 'one_of' as const,
      key: `part:${id}`,
      redundancy_group: `part:${own}`,
      min_up: 1,
    })),
    ...carries.map((id) => ({ relation: 'carries' as const, key: `part:${id}` })),
    ...talks_to.map((id) => ({ relation: 'talks_to' as const, key: `part:${id}`, weight: 0.25 })),
  ],
  volatile: ['attributes.load'],
});

const SCOPE: Scope = {
  provider: 'aws',
  account: '111122223333',
  account_name: 'shop',
  region: 'eu-west-1',
};

export function partId(id: string): string {
  const { provider, account } = SCOPE;
  return ciId({ provider, account, resource_type: partType.name, native_id: id });
}

/** Discovers an estate as a run does: plans, stages, promotes, relates. */
export async function discoverEstate(db: Db, estate: Estate): Promise<string> {
  const run_id = randomUUID();
  const { provider, account, region } = SCOPE;
  const slice = sliceId(provider, account, region, partType.name);
  await beginRun(db, {
    run_id,
    workflow_id: 'discovery',
    request: {},
    errors: [],
    scopes: [{ ...SCOPE, level: 'region', task_queue: null, resource_types: [partType.name] }],
  });
  await openSliceScan(db, run_id, slice);
  const mapping = mappingOf(partType, SCOPE);
  await stageRecords(db, estate, mapping, { run_id, slice_id: slice, listing: 1, page: 0 });
  await closeSliceScan(db, run_id, slice, {
    outcome: 'complete',
    error_code: null,
    error_message: null,
    missing_permission: null,
  });
  await promoteScope(db, run_id, scopeId(provider, account, region), {
    retire_after_scans: 2,
    max_loss_percent: 50,
  });
  await relate(db, run_id, 10_000);
  await finishRun(db, run_id, 'finished', []);
  return run_id;
}
