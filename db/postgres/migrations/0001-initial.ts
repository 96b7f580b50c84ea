import { readdir } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';

/**
 * The first schema. Tables are described where they are typed, in `../schema.ts`.
 *
 * `body` is the one home of an item's described fields; the columns that lists filter on are
 * generated from it, so that the two can never disagree.
 *
 * What stands around the inventory – coverage, access, schedules – has a file each under `initial/`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  const folder = new URL('initial/', import.meta.url);
  for (const file of (await readdir(folder)).sort()) {
    const topic = (await import(new URL(file, folder).href)) as { STATEMENTS: readonly string[] };
    for (const statement of topic.STATEMENTS) await sql.raw(statement).execute(db);
  }
}

const STATEMENTS = [
  `create table ticks (
    tick bigint primary key,
    seq bigint not null unique,
    committed_at timestamptz not null unique,
    run_id uuid,
    max_tick bigint not null,
    overtaken_seq bigint
  )`,
  'create sequence tick_numbers owned by ticks.tick',
  'create index ticks_max_tick on ticks (max_tick, seq)',
  // Finds the ticks that a moment leaves out, of however many there are; see `moment.ts`.
  `create index ticks_overtaken on ticks using gist (int8range(overtaken_seq, seq))
    where overtaken_seq is not null`,

  `create table outbox_consumers (
    consumer text primary key,
    seq bigint not null default 0
  )`,
  `insert into outbox_consumers (consumer) values ('graph'), ('cache')`,

  `create table hosts (
    machine_id text primary key,
    hostname text not null,
    task_queue text not null,
    heard_at timestamptz not null default now()
  )`,

  `create table runs (
    run_id uuid primary key,
    run_order bigint generated always as identity unique,
    workflow_id text not null,
    request jsonb not null,
    status text not null default 'running',
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    errors jsonb not null default '[]'
  )`,
  `create index runs_workflow on runs (workflow_id, run_order desc)`,
  `create index runs_running on runs (run_order) where status = 'running'`,

  `create table scopes (
    scope_id uuid primary key,
    provider text not null,
    account text not null,
    account_name text,
    region text not null,
    unique (provider, account, region)
  )`,

  `create table slices (
    slice_id uuid primary key,
    scope_id uuid not null references scopes,
    resource_type text not null,
    is_scanned boolean not null default true,
    known_since timestamptz not null default now(),
    unscheduled_since timestamptz,
    proven_at timestamptz,
    promoted_order bigint not null default 0,
    population integer not null default 0,
    last_state text,
    last_run_id uuid,
    last_order bigint not null default 0,
    scanned_at timestamptz,
    error_code text,
    error_message text,
    missing_permission text,
    held_loss integer,
    unique (scope_id, resource_type)
  )`,

  // In the order in which listings began: which of two is the newer, whatever the clocks say.
  'create sequence listing_orders',

  `create table slice_scans (
    run_id uuid not null references runs on delete cascade,
    slice_id uuid not null references slices,
    scope_id uuid not null references scopes,
    task_queue text,
    listing_order bigint,
    state text not null default 'planned',
    listing integer not null default 1,
    staged_count integer not null default 0,
    page_count integer not null default 0,
    rejected_count integer not null default 0,
    exempt_ids uuid[] not null default '{}',
    error_code text,
    error_message text,
    missing_permission text,
    held_loss integer,
    held boolean not null generated always as (held_loss is not null) stored,
    added integer not null default 0,
    changed integer not null default 0,
    missing integer not null default 0,
    retired integer not null default 0,
    resurrected integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    promoted_at timestamptz,
    primary key (run_id, slice_id)
  )`,
  `create index slice_scans_slice on slice_scans (slice_id, promoted_at)`,

  `create table rejected_records (
    run_id uuid not null,
    slice_id uuid not null,
    record_key text not null,
    ci_id uuid,
    reason text not null,
    primary key (run_id, slice_id, record_key),
    foreign key (run_id, slice_id) references slice_scans on delete cascade
  )`,

  `create table staged_items (
    run_id uuid not null,
    slice_id uuid not null,
    ci_id uuid not null,
    content_hash uuid not null,
    links_hash uuid not null,
    volatile_hash uuid not null,
    source_hash uuid,
    document jsonb,
    primary key (run_id, slice_id, ci_id),
    foreign key (run_id, slice_id) references slice_scans on delete cascade
  )`,
  // They live for minutes: not worth compressing.
  'alter table staged_items alter document set storage external',

  `create table items (
    ci_id uuid primary key,
    slice_id uuid not null references slices,
    provider text not null,
    account text not null,
    resource_type text not null,
    body jsonb not null,
    observed_status text not null,
    content_hash uuid not null,
    links_hash uuid not null,
    volatile_hash uuid not null,
    version integer not null,
    changes jsonb not null,
    run_id uuid,
    changed_by text,
    created_tick bigint not null,
    valid_from bigint not null,
    last_seen_at timestamptz,
    missing_since timestamptz,
    missing_scans integer not null default 0,
    retired_at timestamptz,
    ci_type text not null generated always as (body->>'ci_type') stored,
    name text not null generated always as (body->>'name') stored,
    status text not null generated always as (body->>'status') stored,
    environment text not null generated always as (body->>'environment') stored,
    region text generated always as (body->>'region') stored
  )`,
  'create index items_slice on items (slice_id)',
  'create index items_created on items (created_tick desc, ci_id)',
  'create index items_valid_from on items (valid_from, ci_id)',
  'create index items_type on items (ci_type, environment, status)',
  'create index items_place on items (provider, account, region)',
  `create index items_tags on items using gin ((body->'tags') jsonb_path_ops)`,

  `create table item_versions (
    ci_id uuid not null,
    version integer not null,
    body jsonb not null,
    changes jsonb not null,
    run_id uuid,
    changed_by text,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (ci_id, version)
  )`,
  'create index item_versions_valid_from on item_versions (valid_from, ci_id)',

  `create table item_sources (
    ci_id uuid primary key,
    source_hash uuid
  )`,

  `create table item_volatile (
    ci_id uuid primary key,
    fields jsonb not null,
    tick bigint not null
  )`,
  'create index item_volatile_tick on item_volatile (tick, ci_id)',

  `create table item_keys (
    key text not null,
    ci_id uuid not null,
    live boolean not null default true,
    primary key (key, ci_id)
  )`,
  'create index item_keys_item on item_keys (ci_id)',

  `create table item_references (
    reference_id uuid primary key,
    referrer_id uuid not null,
    source_key text,
    target_key text not null,
    relation text not null,
    relationship_type text not null,
    discriminator text not null,
    weight double precision not null,
    attributes jsonb not null,
    measured boolean not null,
    spread text not null,
    redundancy_group text,
    min_up integer,
    run_id uuid
  )`,
  'create index item_references_referrer on item_references (referrer_id)',
  'create index item_references_target on item_references (target_key)',
  'create index item_references_source on item_references (source_key) where source_key is not null',
  `create index item_references_target_item on item_references (target_key)
    where target_key like 'ci:%'`,
  `create index item_references_source_item on item_references (source_key)
    where source_key like 'ci:%'`,

  `create table resolved_references (
    reference_id uuid primary key,
    relationship_id uuid not null
  )`,
  'create index resolved_references_edge on resolved_references (relationship_id)',

  `create table relationships (
    relationship_id uuid not null,
    source_ci_id uuid not null,
    target_ci_id uuid not null,
    relationship_type text not null,
    discriminator text not null,
    weight double precision not null,
    attributes jsonb not null,
    spread text not null,
    redundancy_group text,
    min_up integer,
    relation text not null,
    referrer_id uuid not null,
    run_id uuid,
    created_tick bigint not null,
    touched_tick bigint not null,
    valid_from bigint not null,
    valid_to bigint,
    primary key (relationship_id, valid_from)
  )`,
  'create unique index relationships_current on relationships (relationship_id) where valid_to is null',
  'create index relationships_source on relationships (source_ci_id)',
  'create index relationships_target on relationships (target_ci_id)',
  'create index relationships_touched on relationships (touched_tick, relationship_id)',
  'create index relationships_valid_from on relationships (valid_from, relationship_id)',
  'create index relationships_valid_to on relationships (valid_to, relationship_id) where valid_to is not null',

  `create table relate_queue (
    queue_id bigint generated always as identity primary key,
    ci_id uuid not null,
    ended_keys text[] not null default '{}',
    ended_references uuid[] not null default '{}'
  )`,

  `create function body_fields(body jsonb) returns table (path text, value jsonb)
   language sql immutable parallel safe as $$
     select key, value from jsonb_each(body) where key not in ('attributes', 'tags')
     union all
     select 'attributes.' || key, value from jsonb_each(coalesce(body->'attributes', '{}'))
     union all
     select 'tags.' || key, value from jsonb_each(coalesce(body->'tags', '{}'))
   $$`,

  `create function changed_fields(old jsonb, new jsonb) returns jsonb
   language sql immutable parallel safe as $$
     select coalesce(
       jsonb_object_agg(
         coalesce(o.path, n.path),
         jsonb_build_object('old', coalesce(o.value, 'null'), 'new', coalesce(n.value, 'null'))
       ),
       '{}'
     )
     from body_fields(old) o full join body_fields(new) n on n.path = o.path
     where o.value is distinct from n.value
   $$`,

  // UUIDv3 (RFC 9562) of the namespace in model/identity.ts: SHA-1 is not built into PostgreSQL.
  `create function relationship_id(source uuid, type text, target uuid, discriminator text)
   returns uuid language sql immutable parallel safe as $$
     select encode(
       set_byte(
         set_byte(digest, 6, (get_byte(digest, 6) & 15) | 48),
         8, (get_byte(digest, 8) & 63) | 128
       ), 'hex')::uuid
     from decode(md5(
       decode('13eba6d5240c5c9098f56af8a5a48cf5', 'hex') || convert_to(
         source::text || ' ' || type || ' ' || target::text || ' ' || discriminator, 'UTF8')
     ), 'hex') as digest
   $$`,
];
