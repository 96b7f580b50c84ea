import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beginRun } from '../db/postgres/begin-run.ts';
import type { Db } from '../db/postgres/database.ts';
import { closeSliceScan, openSliceScan } from '../db/postgres/slice-scan.ts';
import { sliceId } from '../model/identity.ts';

/** A listing that stands staged, for benchmarks of what comes after it. */
export interface StagedEstate {
  readonly runId: string;
  readonly scopeIds: readonly string[];
}

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1'];
const RESOURCE_TYPE = 'synthetic_part';
/** Items that refer to one hub: a subnet, a node, a namespace. */
const ITEMS_A_HUB = 100;

/**
 * Stages items in five regions, made by PostgreSQL itself: a listing would take most of the time.
 * Each has a key and three references: to the hub of its hundred, to its neighbour, and to one far
 * away in the same estate. One in 50 is a hub.
 */
export async function stageEstate(db: Db, items: number): Promise<StagedEstate> {
  const runId = randomUUID();
  const scopes = REGIONS.map((region) => ({
    provider: 'aws' as const,
    account: '111111111111',
    account_name: null,
    region,
    level: 'region' as const,
    task_queue: null,
    resource_types: [RESOURCE_TYPE],
  }));
  await beginRun(db, { run_id: runId, workflow_id: 'bench', request: {}, errors: [], scopes });
  const scopeIds: string[] = [];
  for (const [place, { provider, account, region }] of scopes.entries()) {
    const slice = sliceId(provider, account, region, RESOURCE_TYPE);
    const scan = await openSliceScan(db, runId, slice);
    if (!scan) throw new Error('A new scan can be opened.');
    scopeIds.push(scan.scope_id);
    await stageSlice(db, { runId, slice, region, items, place });
    await closeSliceScan(db, runId, slice, {
      outcome: 'complete',
      error_code: null,
      error_message: null,
      missing_permission: null,
    });
  }
  return { runId, scopeIds };
}

interface Slice {
  runId: string;
  slice: string;
  region: string;
  items: number;
  place: number;
}

async function stageSlice(db: Db, { runId, slice, region, items, place }: Slice): Promise<void> {
  const regions = REGIONS.length;
  await makeReferenceFunction(db);
  await sql`
    insert into staged_items
      (run_id, slice_id, ci_id, content_hash, links_hash, volatile_hash, source_hash, document)
    select ${runId}, ${slice}, overlay(overlay(md5('ci' || n) placing '5' from 13) placing '8' from 17)::uuid,
      md5('content' || n)::uuid,
      md5('links' || n)::uuid, md5('')::uuid, md5('source' || n)::uuid,
      jsonb_build_object(
        'body', jsonb_build_object(
          'ci_type', case when n % 50 = 0 then 'vpc' when n % 5 = 0 then 'aws_rds'
            when n % 3 = 0 then 'block_storage' else 'aws_ec2' end,
          'name', 'part-' || n, 'display_name', 'Part ' || n, 'status', 'active',
          'environment', (array['production', 'staging', 'development', 'unknown'])[1 + n % 4],
          'region', ${region}::text, 'availability_zone', ${region}::text || 'a',
          'external_id', 'arn:aws:synthetic:' || n, 'hostname', 'part-' || n || '.internal',
          'ip_address', '10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256,
          'team', 'team-' || n % 40, 'owner', 'owner-' || n % 200,
          'attributes', jsonb_build_object('instance_type', 'm5.large', 'launched', n),
          'tags', jsonb_build_object('Name', 'part-' || n, 'team', 'team-' || n % 40)
        ),
        'volatile', '{}'::jsonb,
        'keys', jsonb_build_array('part:' || n),
        'references', jsonb_build_array(
          reference('in_hub', 'part_of', n / ${ITEMS_A_HUB} * ${ITEMS_A_HUB}, 'forward'),
          reference('needs', 'depends_on', n + 1, 'forward'),
          reference('talks_to', 'communicates_with', n::bigint * 7919 % ${items}, 'none')
        )
      )
    from generate_series(0, ${items - 1}) as n
    where n * ${regions}::bigint / ${items} = ${place}
  `.execute(db);
  await sql`
    update slice_scans set staged_count = (
      select count(*) from staged_items where run_id = ${runId} and slice_id = ${slice}
    ) where run_id = ${runId} and slice_id = ${slice}
  `.execute(db);
}

async function makeReferenceFunction(db: Db): Promise<void> {
  await sql`
    create or replace function reference(relation text, type text, target bigint, spread text)
    returns jsonb language sql immutable as $$
      select jsonb_build_object(
        'relation', relation, 'source_key', null, 'key', 'part:' || target, 'type', type,
        'discriminator', '', 'weight', 1, 'attributes', '{}'::jsonb, 'measured', false,
        'spread', spread, 'redundancy_group', null, 'min_up', null
      )
    $$
  `.execute(db);
}
