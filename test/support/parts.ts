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
import { ciEnvironmentSchema, ciStatusSchema } from '../../model/enums.ts';
import { ciId, scopeId, sliceId } from '../../model/identity.ts';
import { type AnyResourceType, defineResourceType } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { mappingOf } from './things.ts';

const RELATIONS = {
  depends_on: { type: 'depends_on', target: 'test_part', spread: 'forward' },
  runs_on: { type: 'runs_on', target: 'test_part', spread: 'forward' },
  hosted_on: { type: 'hosted_on', target: 'test_part', spread: 'forward' },
  uses: { type: 'uses', target: 'test_part', spread: 'forward' },
  part_of: { type: 'part_of', target: 'test_part', spread: 'forward' },
  /** A part without which the whole is not whole. */
  completes: { type: 'part_of', target: 'test_part', spread: 'reverse' },
  managed_by: { type: 'managed_by', target: 'test_part', spread: 'reverse' },
  connects_to: { type: 'connects_to', target: 'test_part', spread: 'none' },
  communicates_with: { type: 'communicates_with', target: 'test_part', spread: 'none' },
  monitors: { type: 'monitors', target: 'test_part', spread: 'none' },
  backs_up: { type: 'backs_up', target: 'test_part', spread: 'none' },
} as const;
type RelationName = keyof typeof RELATIONS;

const linkSchema = z.object({
  relation: z.enum(Object.keys(RELATIONS) as RelationName[]),
  to: z.string(),
  group: z.string().optional(),
  min_up: z.int().optional(),
  health: z.string().optional(),
});

const partSchema = z.object({
  id: z.string(),
  ci_type: ciTypeSchema.default('service'),
  environment: ciEnvironmentSchema.default('unknown'),
  status: ciStatusSchema.default('active'),
  zone: z.string().nullable().default(null),
  tags: z.record(z.string(), z.string()).default({}),
  /** Keys beside its own, `part:<id>`. */
  keys: z.array(z.string()).default([]),
  links: z.array(linkSchema).default([]),
  /** Keys that it depends on, as they are. */
  wants: z.array(z.string()).default([]),
});

/** A part of an estate that a test writes down, with what it needs, is part of, or merely knows. */
export type Part = z.input<typeof partSchema>;
export type Link = z.input<typeof linkSchema>;

export const partType: AnyResourceType = defineResourceType({
  name: 'test_part',
  provider: 'aws',
  ci_types: ciTypeSchema.options,
  summary: 'A part of an estate of a test.',
  permissions: [],
  level: 'region',
  async listPage() {
    return { records: [], next_page_token: null };
  },
  record: partSchema,
  nativeId: (record) => partSchema.safeParse(record).data?.id ?? null,
  toItem: ({ id, ci_type, environment, status, zone, tags }, { region }) =>
    observedItemSchema.parse({
      ci_type,
      name: id,
      display_name: id,
      environment,
      status,
      tags,
      region,
      availability_zone: zone,
    }),
  keys: ({ id, keys }, { account }) => [`part:${account}/${id}`, ...keys],
  relations: { ...RELATIONS, wants: RELATIONS.depends_on },
  references: ({ links, wants }, { account }) => [
    ...links.map(({ relation, to, group, min_up, health }) => ({
      relation,
      key: `part:${account}/${to}`,
      ...(group ? { discriminator: group, redundancy_group: group } : {}),
      ...(min_up ? { min_up } : {}),
      ...(health ? { attributes: { health } } : {}),
    })),
    ...wants.map((key) => ({ relation: 'wants' as const, key })),
  ],
  volatile: [],
});

function partScope(account: string): Scope {
  return { provider: 'aws', account, account_name: null, region: 'eu-west-1' };
}

export function partId(id: string, account = 'parts'): string {
  return ciId({ provider: 'aws', account, resource_type: partType.name, native_id: id });
}

/** Discovers an estate as a run does: plans, stages, promotes, relates. */
export async function discoverParts(
  db: Db,
  parts: readonly Part[],
  { account = 'parts' }: { account?: string } = {},
): Promise<void> {
  const run_id = randomUUID();
  const scope = partScope(account);
  const { provider, region } = scope;
  const slice = sliceId(provider, account, region, partType.name);
  await beginRun(db, {
    run_id,
    workflow_id: `test-${run_id}`,
    request: {},
    errors: [],
    scopes: [{ ...scope, level: 'region', task_queue: null, resource_types: [partType.name] }],
  });
  await openSliceScan(db, run_id, slice);
  const page = { run_id, slice_id: slice, listing: 1, page: 0 };
  await stageRecords(db, parts, mappingOf(partType, scope), page);
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
