import { type Kysely, sql } from 'kysely';

/**
 * The indexes that lists are found by also hold what lists are sorted by and pages are made of: a
 * filter by several fields is counted and sorted without reading the items, which stand on a page
 * of the table each. See docs/adr/0026.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'drop index items_type, items_facets, items_place, items_account',
  `create index items_type on items (ci_type, environment, status, provider, region)
    include (created_tick, ci_id)`,
  `create index items_facets on items (environment, status, provider, region)
    include (created_tick, ci_id)`,
  `create index items_place on items (provider, region, status, environment)
    include (created_tick, ci_id)`,
  `create index items_account on items (account, region, environment, status, provider, ci_type)
    include (created_tick, ci_id)`,
];
