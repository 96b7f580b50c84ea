import { type Kysely, sql } from 'kysely';

/**
 * Indexes for finding items: by text, address, place, owner and any tag, and in the order of their
 * names. What each costs and finds is in ADR 18.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await requireTrigrams(db);
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** @throws an error that says what to do, where the server has no pg_trgm or does not let us use it */
async function requireTrigrams(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ available: boolean }>`
    select exists (select from pg_available_extensions where name = 'pg_trgm') as available
  `.execute(db);
  if (!rows[0]?.available) {
    throw new Error(
      'PostgreSQL has no pg_trgm: install its contrib modules (such as postgresql-contrib), then migrate again.',
    );
  }
  await sql`create extension if not exists pg_trgm`.execute(db);
}

const STATEMENTS = [
  // One line for each field, so that nothing is found across two. Of an external id the last part:
  // before it stands what `provider`, `account` and `region` say, the same in thousands of items.
  `create function item_search_text(body jsonb) returns text
   language sql immutable parallel safe as $$
     select lower(
       (body->>'name')
       || coalesce(E'\\n' || (body->>'hostname'), '')
       || coalesce(E'\\n' || (body->>'fqdn'), '')
       || coalesce(E'\\n' || (body->>'ip_address'), '')
       || coalesce(E'\\n' || substring(body->>'external_id' from '[^/:]+[/:]*$'), '')
     )
   $$`,

  // Null for what is no IPv4 address: a source's mistake must not stop a promotion.
  `create function item_address(body jsonb) returns inet
   language sql immutable parallel safe as $$
     select case
       when body->>'ip_address' ~
         '^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)$'
       then (body->>'ip_address')::inet
     end
   $$`,

  'create index items_search on items using gin (item_search_text(body) gin_trgm_ops)',
  `create index items_address on items (item_address(body))
    where item_address(body) is not null`,
  'create index items_name on items ((left(lower(name), 200) collate "C"), ci_id)',
  'create index items_facets on items (environment, status, provider, region)',
  'create index items_account on items (account, region)',
  'create index items_region on items (region)',
  `create index items_team on items ((body->>'team')) where body->>'team' is not null`,
  `create index items_owner on items ((body->>'owner')) where body->>'owner' is not null`,
  'drop index items_tags',
  `create index items_tags on items using gin ((body->'tags'))`,
];
