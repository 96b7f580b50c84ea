import { type Kysely, sql } from 'kysely';

/**
 * One thing seen twice: what people decided, how the items of a thing are found by strong keys, and
 * the indexes by which candidates are found on weak ones. See docs/adr/0020.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** Classes that two sources can see, by what they have in common; the others are not compared. */
const COMPARED = {
  machine: ['server', 'virtual_machine', 'aws_ec2', 'gcp_compute', 'azure_vm', 'kubernetes_node'],
  database: ['database', 'aws_rds'],
  kubernetes_cluster: ['kubernetes_cluster'],
  cache: ['cache'],
  load_balancer: ['load_balancer'],
  application: ['application', 'service', 'microservice', 'api', 'business_service'],
  message_queue: ['message_queue', 'topic'],
  object_storage: ['object_storage', 'aws_s3'],
};

const CLASS_CASES = Object.entries(COMPARED)
  .map(([family, types]) => `when ci_type in ('${types.join("', '")}') then '${family}'`)
  .join(' ');

const STATEMENTS = [
  `create table sameness_decisions (
    decision_id uuid primary key,
    low_ci_id uuid not null references items,
    high_ci_id uuid not null references items,
    verdict text not null,
    reason text,
    decided_by text not null,
    decided_at timestamptz not null default now(),
    withdrawn_by text,
    withdrawn_at timestamptz,
    check (low_ci_id < high_ci_id)
  )`,
  `create unique index sameness_decisions_pair on sameness_decisions (low_ci_id, high_ci_id)`,
  'create index sameness_decisions_high on sameness_decisions (high_ci_id)',

  // The items that are directly the same as one: who shares an identity key with it, who answers to
  // what it says it is, who says that it is what this one answers to, and whom a person joined.
  // By `left` and not by `like`, for which the planner would go through all keys that begin so.
  `create function same_neighbours(item uuid) returns table (ci_id uuid, key text)
   language sql stable as $$
     select other.ci_id, own.key from item_keys own join item_keys other on other.key = own.key
     where own.ci_id = item and own.live and left(own.key, 5) = 'same:'
       and other.live and other.ci_id <> item
     union all
     select other.ci_id, own.key
     from item_keys own join item_keys other on other.key = substr(own.key, 6)
     where own.ci_id = item and own.live and left(own.key, 5) = 'same:'
       and other.live and other.ci_id <> item
     union all
     select other.ci_id, other.key
     from item_keys own join item_keys other on other.key = 'same:' || own.key
     where own.ci_id = item and own.live and left(own.key, 5) <> 'same:'
       and other.live and other.ci_id <> item
     union all
     select joined.ci_id, null from (
       select high_ci_id as ci_id from sameness_decisions
       where low_ci_id = item and verdict = 'same' and withdrawn_at is null
       union all
       select low_ci_id from sameness_decisions
       where high_ci_id = item and verdict = 'same' and withdrawn_at is null
     ) joined
     join items on items.ci_id = joined.ci_id and items.missing_since is null
   $$`,

  // All items of a thing, the one that is asked about among them; not more than `most`.
  `create function thing_of(item uuid, most integer) returns setof uuid
   language sql stable as $$
     with recursive thing (ci_id) as (
       select item
       union
       select neighbour.ci_id from thing cross join lateral same_neighbours(thing.ci_id) neighbour
     )
     select ci_id from thing limit most
   $$`,

  // Of items that answer to one key the first by the order of providers, where each other one is
  // directly the same as it; else null.
  `create function first_if_same(ci_ids uuid[], providers text[]) returns uuid
   language sql stable as $$
     select first.ci_id from (
       select items.ci_id from items where items.ci_id = any(ci_ids)
       order by array_position(providers, items.provider), items.ci_id limit 1
     ) first
     where not exists (
       select from unnest(ci_ids) other (ci_id)
       where other.ci_id <> first.ci_id and other.ci_id not in (
         select neighbour.ci_id from same_neighbours(first.ci_id) neighbour
       )
     )
   $$`,

  `create function compared_class(ci_type text) returns text
   language sql immutable parallel safe as $$ select case ${CLASS_CASES} end $$`,

  // What is indexed is cut: a longer entry would be refused, and the item with it.
  // The first label of a host name; an address, and what every machine calls itself, is none.
  `create function short_host_name(name text) returns text
   language sql immutable parallel safe as $$
     select nullif(nullif(split_part(lower(
       case when name ~ '^[0-9.]+$' or name like '%:%' then '' else left(name, 256) end
     ), '.', 1), ''), 'localhost')
   $$`,

  // An address that means another machine, which loopback and link-local ones do not.
  `create function telling_address(address text) returns text
   language sql immutable parallel safe as $$
     select case when address ~* '^(127\\.|169\\.254\\.|0\\.|::1$|fe80:|$)' then null
       else lower(left(address, 64)) end
   $$`,

  `create index items_weak_hostname on items
     ((compared_class(ci_type) || '/' || short_host_name(body->>'hostname')), ci_id)
   where missing_since is null
     and compared_class(ci_type) || '/' || short_host_name(body->>'hostname') is not null`,
  `create index items_weak_address on items
     ((compared_class(ci_type) || '/' || telling_address(body->>'ip_address')), ci_id)
   where missing_since is null
     and compared_class(ci_type) || '/' || telling_address(body->>'ip_address') is not null`,
  `create index items_weak_name on items
     ((compared_class(ci_type) || '/' || lower(left(name, 256))), ci_id)
   where missing_since is null and compared_class(ci_type) || '/' || lower(left(name, 256)) is not null`,
];
