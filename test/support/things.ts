import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Mapping } from '../../activities/mapping.ts';
import { stageRecords } from '../../activities/stage-records.ts';
import { beginRun } from '../../db/postgres/begin-run.ts';
import type { Db } from '../../db/postgres/database.ts';
import { finishRun } from '../../db/postgres/finish-run.ts';
import { type PromoteCounts, promoteScope } from '../../db/postgres/promote-scope.ts';
import { relate } from '../../db/postgres/relate.ts';
import { closeSliceScan, openSliceScan, type SliceEnd } from '../../db/postgres/slice-scan.ts';
import { beginListingAgain } from '../../db/postgres/stage-page.ts';
import { ciId, scopeId, sliceId } from '../../model/identity.ts';
import { ownershipReader, ownershipSchema } from '../../model/ownership.ts';
import { type AnyResourceType, defineResourceType } from '../../model/resource-type.ts';
import { GLOBAL_REGION, type Scope, type SliceOutcome } from '../../model/scope.ts';

/** A record of the synthetic source that tests of the pipeline list. */
export interface Thing {
  id: string;
  /** A described field: a change of it is a new version. */
  size?: number;
  /** A volatile field. */
  load?: number;
  status?: 'active' | 'inactive' | 'retired';
  /** A field that people own, too. */
  owner?: string;
  /** Keys beside its own, `thing:<id>`. */
  keys?: readonly string[];
  /** Keys of things that it depends on. */
  needs?: readonly string[];
}

export const thingType: AnyResourceType = defineResourceType({
  name: 'synthetic_thing',
  provider: 'host',
  ci_types: ['service'],
  summary: 'A synthetic thing for tests.',
  permissions: [],
  level: 'account',
  async listPage() {
    return { records: [], next_page_token: null };
  },
  record: z.object({
    id: z.string(),
    size: z.number().default(0),
    load: z.number().default(0),
    status: z.enum(['active', 'inactive', 'retired']).default('active'),
    owner: z.string().nullable().default(null),
    keys: z.array(z.string()).default([]),
    needs: z.array(z.string()).default([]),
  }),
  nativeId: (record) => z.object({ id: z.string() }).safeParse(record).data?.id ?? null,
  toItem: ({ id, size, load, status, owner }) => ({
    ci_type: 'service',
    name: id,
    display_name: id,
    status,
    owner,
    attributes: { size, load },
  }),
  keys: ({ id, keys }) => [`thing:${id}`, ...keys],
  relations: { needs: { type: 'depends_on', target: 'synthetic_thing', spread: 'forward' } },
  references: ({ needs }) => needs.map((key) => ({ relation: 'needs', key })),
  volatile: ['attributes.load'],
});

export function thingScope(account = 'synthetic'): Scope {
  return { provider: 'host', account, account_name: null, region: GLOBAL_REGION };
}

export function thingId(id: string, account = 'synthetic'): string {
  const { name } = thingType;
  return ciId({ provider: 'host', account, resource_type: name, native_id: id });
}

/** How a listing goes in a test; a complete one of all things where nothing else is said. */
export interface ListingOptions {
  account?: string;
  /** The type to list, with records as `thingType` reads them. */
  type?: AnyResourceType;
  /** Types that the run has planned in the same scope, and that it lists as empty. */
  emptyTypes?: readonly AnyResourceType[];
  /** A run that is planned already; a new one where left out. */
  runId?: string;
  outcome?: SliceOutcome;
  retireAfterScans?: number;
  maxLossPercent?: number;
  /** Pages that the things are cut into. */
  pages?: number;
  /** What an attempt staged that was given up before the one that gets through: throttled, or killed. */
  abandoned?: readonly unknown[];
  /** That attempt's page token expired, so that the listing begins again and forgets what it staged. */
  isAnew?: boolean;
  relate?: boolean;
}

/** How a type's records are mapped in a test. */
export function mappingOf(type: AnyResourceType, scope: Scope): Mapping {
  const ownership = ownershipReader(ownershipSchema.parse({}));
  return { type, scope, defaultEnvironment: 'unknown', ownership, release: 'test' };
}

/** A type that lists things as `thingType` does, under a name of its own. */
export function typeNamed(name: string): AnyResourceType {
  return { ...thingType, name };
}

export interface StagedRun {
  runId: string;
  scopeId: string;
  sliceId: string;
}

/** Plans a run that lists things, and nothing else. */
export async function planThings(
  db: Db,
  runId: string,
  { account = 'synthetic', type = thingType, emptyTypes = [] }: ListingOptions = {},
): Promise<void> {
  const resource_types = [type, ...emptyTypes].map(({ name }) => name);
  await beginRun(db, {
    run_id: runId,
    workflow_id: `test-${runId}`,
    request: {},
    errors: [],
    scopes: [{ ...thingScope(account), level: 'account', task_queue: null, resource_types }],
  });
}

/** Plans a run of the synthetic type and stages things in it, up to the end of the listing. */
export async function stageThings(
  db: Db,
  things: readonly unknown[],
  {
    account = 'synthetic',
    type = thingType,
    emptyTypes = [],
    runId = randomUUID(),
    outcome = 'complete',
    pages = 1,
    abandoned = [],
    isAnew = false,
  }: ListingOptions = {},
): Promise<StagedRun> {
  const scope = thingScope(account);
  const run = {
    runId,
    scopeId: scopeId('host', account, GLOBAL_REGION),
    sliceId: sliceId('host', account, GLOBAL_REGION, type.name),
  };
  await planThings(db, run.runId, { account, type, emptyTypes });
  await openSliceScan(db, run.runId, run.sliceId);
  let listing = 1;
  const stage = async (records: readonly unknown[], place: number): Promise<void> => {
    const page = { run_id: run.runId, slice_id: run.sliceId, listing, page: place };
    await stageRecords(db, records, mappingOf(type, scope), page);
  };
  await stage(abandoned, 0);
  if (isAnew) {
    const outdated = listing;
    listing = await beginListingAgain(db, run.runId, { slice_id: run.sliceId, listing });
    if (await closeSliceScan(db, run.runId, run.sliceId, endOf('complete'), outdated)) {
      throw new Error('A listing that has begun again was ended by an attempt at the one before.');
    }
  }
  const size = Math.max(1, Math.ceil(things.length / pages));
  for (let place = 0; place === 0 || place * size < things.length; place++) {
    await stage(things.slice(place * size, (place + 1) * size), place);
  }
  for (const { name } of emptyTypes) {
    await openSliceScan(db, run.runId, sliceId('host', account, GLOBAL_REGION, name));
  }
  for (const { name } of [type, ...emptyTypes]) {
    const slice = sliceId('host', account, GLOBAL_REGION, name);
    await closeSliceScan(db, run.runId, slice, endOf(outcome), name === type.name ? listing : 1);
  }
  return run;
}

function endOf(outcome: SliceOutcome): SliceEnd {
  return {
    outcome,
    error_code: outcome === 'complete' ? null : 'test',
    error_message: null,
    missing_permission: null,
  };
}

/** Discovers things from the listing to the relationships, as a run does. */
export async function discoverThings(
  db: Db,
  things: readonly unknown[],
  options: ListingOptions = {},
): Promise<PromoteCounts & StagedRun> {
  const run = await stageThings(db, things, options);
  const counts = await promoteScope(db, run.runId, run.scopeId, {
    retire_after_scans: options.retireAfterScans ?? 2,
    max_loss_percent: options.maxLossPercent ?? 50,
  });
  if (options.relate !== false) await relate(db, run.runId, 10_000);
  await finishRun(db, run.runId, 'finished', []);
  return { ...counts, ...run };
}
