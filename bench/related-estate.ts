import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { openTick, sealTick } from '../db/postgres/clock.ts';
import type { Db } from '../db/postgres/database.ts';

/*
 * An estate that is written into the store by set-based statements, as promotion leaves it: items, their
 * keys and references, and the queue of relate. Of each 1,000 items:
 *
 *   1 network      in one of few accounts
 *   9 subnets      of a network
 *  90 machines     in a subnet, of an account, with an image that nobody lists
 * 100 volumes      of an account, encrypted with a key that nobody lists
 * 600 pods         on a machine, with a volume, in a namespace
 * 150 services     served by three pods each, one of which must be up, and in a namespace
 *  50 routes       to two services each, one of which stands in for the other
 *
 * which makes three references an item, 6 % of them to what is not there.
 */
const KINDS = [
  { kind: 'network', of_1000: 1 },
  { kind: 'subnet', of_1000: 9 },
  { kind: 'machine', of_1000: 90 },
  { kind: 'volume', of_1000: 100 },
  { kind: 'pod', of_1000: 600 },
  { kind: 'service', of_1000: 150 },
  { kind: 'route', of_1000: 50 },
] as const;

/** `kind relation type spread target-kind how-many group min_up` of the references of each kind. */
const REFERENCES = [
  ['subnet', 'in_network', 'part_of', 'forward', 'network', 1, false],
  ['machine', 'in_subnet', 'part_of', 'forward', 'subnet', 1, false],
  ['machine', 'booted_from', 'uses', 'none', 'image', 1, false],
  ['machine', 'talks_to', 'communicates_with', 'none', 'machine', 2, false],
  ['volume', 'encrypted_with', 'depends_on', 'forward', 'key', 1, false],
  ['pod', 'runs_on', 'runs_on', 'forward', 'machine', 1, false],
  ['pod', 'mounts', 'uses', 'forward', 'volume', 1, false],
  ['pod', 'talks_to', 'communicates_with', 'none', 'service', 1, false],
  ['service', 'served_by', 'depends_on', 'forward', 'pod', 3, true],
  ['service', 'in_subnet', 'part_of', 'none', 'subnet', 1, false],
  ['route', 'leads_to', 'depends_on', 'forward', 'service', 2, true],
] as const;

export interface RelatedEstate {
  run_id: string;
  items: number;
  references: number;
}

/** Writes an estate of so many items, and queues all of it for relate. */
export async function writeRelatedEstate(db: Db, items: number): Promise<RelatedEstate> {
  const run_id = randomUUID();
  const thousands = items / 1000;
  await sql`insert into runs (run_id, workflow_id, request) values (${run_id}, 'bench', '{}')`.execute(
    db,
  );
  await sql`
    insert into scopes (scope_id, provider, account, region)
    values (${run_id}, 'aws', '111122223333', 'eu-west-1')
  `.execute(db);
  await sql`
    insert into slices (slice_id, scope_id, resource_type) values (${run_id}, ${run_id}, 'bench_part')
  `.execute(db);
  await db.transaction().execute(async (trx) => {
    const tick = await openTick(trx);
    for (const { kind, of_1000 } of KINDS) {
      await sql`
        insert into items (
          ci_id, slice_id, provider, account, resource_type, body, observed_status, content_hash,
          links_hash, volatile_hash, version, changes, run_id, created_tick, valid_from
        )
        select ${idOf(kind)}, ${run_id}::uuid, 'aws', '111122223333', ${`bench_${kind}`},
          jsonb_build_object(
            'ci_type', 'service', 'name', ${kind} || '-' || i,
            'display_name', ${kind} || ' ' || i, 'status', 'active',
            'environment', (array['production', 'staging', 'unknown'])[1 + i % 3],
            'region', 'eu-west-1', 'availability_zone', 'eu-west-1' || chr(97 + i % 3),
            'external_id', 'arn:aws:bench:eu-west-1:111122223333:' || ${kind} || '/' || i,
            'attributes', jsonb_build_object('text', repeat(md5(i::text), 12)),
            'tags', jsonb_build_object('team', 'team-' || i % 50)
          ),
          'active', ${run_id}::uuid, ${run_id}::uuid, ${run_id}::uuid, 1, '{}', ${run_id}::uuid,
          ${tick}, ${tick}
        from generate_series(0, ${of_1000 * thousands - 1}::int) i
      `.execute(trx);
      await sql`
        insert into item_keys (key, ci_id)
        select prefix || ${kind} || '/' || i, ${idOf(kind)}
        from generate_series(0, ${of_1000 * thousands - 1}::int) i
        cross join unnest(array['arn:aws:bench:eu-west-1:111122223333:', 'aws:']) prefix
      `.execute(trx);
    }
    await sealTick(trx, tick, run_id);
  });
  for (const [kind, relation, type, spread, target, count, isGrouped] of REFERENCES) {
    const own = countOf(kind) * thousands;
    const others = countOf(target) * thousands || thousands;
    await sql`
      insert into item_references (
        reference_id, referrer_id, target_key, relation, relationship_type, discriminator, weight,
        attributes, measured, spread, redundancy_group, min_up, run_id
      )
      select md5(${kind} || i || ${relation} || n)::uuid, ${idOf(kind)},
        'aws:' || ${target} || '/' || (i::bigint * 7919 + n * 104729) % ${others}::bigint,
        ${relation}, ${type}, n::text, 1, '{}', false, ${spread},
        ${isGrouped ? sql`${kind} || '/' || i` : sql`null`}, ${isGrouped ? 1 : null}::int,
        ${run_id}::uuid
      from generate_series(0, ${own - 1}::int) i, generate_series(1, ${count}::int) n
    `.execute(db);
  }
  await sql`insert into relate_queue (ci_id) select ci_id from items order by ci_id`.execute(db);
  await sql`vacuum analyze`.execute(db);
  const { rows } = await sql<{ references: number }>`
    select count(*) as references from item_references
  `.execute(db);
  return { run_id, items, references: rows[0]?.references ?? 0 };
}

function countOf(kind: string): number {
  return KINDS.find((one) => one.kind === kind)?.of_1000 ?? 0;
}

/** The id of the i-th item of a kind. */
function idOf(kind: string) {
  return sql`md5(${kind} || i)::uuid`;
}
