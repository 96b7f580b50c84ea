import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../db/postgres/database.ts';

/** Accounts, and the regions of each; a scope of them is a commit, as in a discovery. */
const ACCOUNTS = 200;
const REGIONS = 5;

/** A UUID that is the same for the same value. */
function id(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`overlay(overlay(md5((${value})::text) placing '3' from 13) placing '8' from 17)::uuid`;
}

/**
 * Writes an inventory of so many items straight into the tables, with two relationships each: what
 * a first discovery of 1,000 scopes leaves, made in minutes in place of an hour. Types, environments,
 * teams and states are as uneven as in a real one, and what belongs together was found together.
 */
export async function seedInventory(db: Db, items: number): Promise<void> {
  const scopes = ACCOUNTS * REGIONS;
  await sql`
    insert into ticks (tick, seq, committed_at, max_tick)
    select n, n, now() - make_interval(mins => (${scopes} - n)::int), n
    from generate_series(1, ${scopes}) n
  `.execute(db);
  await sql`
    insert into scopes (scope_id, provider, account, region)
    select ${id(sql`'scope' || n`)},
      (array['aws', 'aws', 'aws', 'azure', 'gcp', 'kubernetes', 'kubernetes'])[1 + (n / ${REGIONS}) % 7],
      'account-' || n / ${REGIONS}, 'region-' || n % ${REGIONS}
    from generate_series(0, ${scopes - 1}) n
  `.execute(db);
  await sql`
    insert into slices (slice_id, scope_id, resource_type, proven_at, last_state, population)
    select ${id(sql`scope_id`)}, scope_id, 'seeded', now(), 'complete', ${items / scopes}
    from scopes
  `.execute(db);
  await sql`
    insert into items (ci_id, slice_id, provider, account, resource_type, body, observed_status,
      content_hash, links_hash, volatile_hash, version, changes, created_tick, valid_from)
    select ${id(sql`n`)}, ${id(sql`scope_id`)}, provider, account,
      provider || '_' || ci_type, jsonb_build_object(
        'ci_type', ci_type, 'name', ci_type || '-' || to_hex(n), 'display_name', ci_type || '-' || to_hex(n),
        'status', status, 'environment', environment, 'environment_source', 'tag:env',
        'region', region, 'availability_zone', region || chr(97 + n % 3),
        'external_id', 'arn:seed:' || account || ':' || region || ':' || ci_type || '/' || md5(n::text),
        'ip_address', '10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256,
        'hostname', 'ip-10-' || n / 65536 % 256 || '-' || n / 256 % 256 || '-' || n % 256,
        'team', team, 'owner', 'owner-' || n % 400,
        'tags', jsonb_build_object('env', environment, 'team', team, 'app', 'app-' || n % 2000,
          'cost-center', (4000 + n % 90)::text),
        'attributes', jsonb_build_object('image', 'image-' || n % 500, 'size', n % 32,
          'security_groups', jsonb_build_array('sg-' || n % 3000, 'sg-' || n % 17),
          'description', repeat('seeded ', 20))
      ), status, ${id(sql`n`)}, ${id(sql`n`)}, ${id(sql`n`)}, 1, '{}',
      1 + place, 1 + place
    from (
      select n, (n::bigint * ${scopes} / ${items})::int as place,
        -- The first of each list are met most: squares of an even spread.
        (array['container', 'kubernetes_pod', 'network_interface', 'block_storage', 'aws_ec2',
          'ip_address', 'dns_record', 'function', 'snapshot', 'subnet', 'aws_rds', 'load_balancer',
          'identity_role', 'message_queue', 'certificate', 'kubernetes_node', 'vpc', 'cache',
          'service', 'kubernetes_cluster']
        )[1 + floor(20 * power(abs(hashint4(n)) / 2147483648.0, 2))] as ci_type,
        (array['production', 'staging', 'development', 'unknown', 'test', 'qa'])
          [1 + floor(6 * power(abs(hashint4(n + 7)) / 2147483648.0, 2))] as environment,
        (array['active', 'inactive', 'failed', 'retired', 'planned'])
          [1 + floor(5 * power(abs(hashint4(n + 13)) / 2147483648.0, 6))] as status,
        'team-' || floor(60 * power(abs(hashint4(n / 500)) / 2147483648.0, 2)) as team
      from generate_series(0, ${items - 1}) n
    ) seeded
    join (
      select *, (row_number() over (order by split_part(account, '-', 2)::int, region) - 1)::int as place
      from scopes
    ) placed using (place)
  `.execute(db);
  await db.transaction().execute(async (trx) => {
    // Vacuum marks as visible to all only what it knows to be on disk.
    await sql`set local synchronous_commit = on`.execute(trx);
    await sql`
      insert into relationships (relationship_id, source_ci_id, target_ci_id, relationship_type,
        discriminator, weight, attributes, spread, relation, referrer_id, created_tick, touched_tick,
        valid_from)
      select ${id(sql`n || '-' || other`)}, ${id(sql`n`)}, ${id(sql`n / (7 * other)`)},
        (array['part_of', 'runs_on', 'depends_on', 'uses'])[1 + n % 4], '', 1, '{}', 'forward',
        'seeded', ${id(sql`n`)}, 1, 1, 1
      from generate_series(1, ${items - 1}) n cross join generate_series(1, 2) other
    `.execute(trx);
  });
  for (const table of ['items', 'relationships', 'ticks', 'slices', 'scopes']) {
    await sql`vacuum analyze ${sql.table(table)}`.execute(db);
  }
}
