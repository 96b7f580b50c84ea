import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Db } from './database.ts';
import * as initial from './migrations/0001-initial.ts';
import * as search from './migrations/0002-search.ts';
import * as reconciliation from './migrations/0003-reconciliation.ts';
import * as statisticsOfRuns from './migrations/0004-statistics-of-runs.ts';
import * as coveringIndexes from './migrations/0005-covering-indexes.ts';

const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-search': search,
  '0003-reconciliation': reconciliation,
  '0004-statistics-of-runs': statisticsOfRuns,
  '0005-covering-indexes': coveringIndexes,
};

/** Every migration by its name, the oldest first. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS).sort();

/**
 * Brings the schema up to this release. Safe to call from several processes at once: Kysely's
 * migrator takes an advisory lock, and all of them run in one transaction – in the one that is
 * given, where one is.
 *
 * @returns the names of the migrations that ran
 * @throws the first error of a migration, after which nothing of the call is kept
 */
export async function migrateToLatest(db: Db): Promise<string[]> {
  const { error, results = [] } = await migratorOf(db).migrateToLatest();
  if (error) throw error;
  return results.map((result) => result.migrationName);
}

/**
 * Brings the schema up to a migration, for what was written when that was the newest.
 *
 * @param name one of `MIGRATION_NAMES`
 */
export async function migrateUpTo(db: Db, name: string): Promise<void> {
  const { error } = await migratorOf(db).migrateTo(name);
  if (error) throw error;
}

/**
 * @returns the newest migration that has run, which this release need not know; null where none has
 */
export async function schemaVersion(db: Db): Promise<string | null> {
  const { rows } = await sql<{ is_made: boolean }>`
    select to_regclass('kysely_migration') is not null as is_made
  `.execute(db);
  if (!rows[0]?.is_made) return null;
  const newest = await sql<{ name: string }>`
    select name from kysely_migration order by name desc limit 1
  `.execute(db);
  return newest.rows[0]?.name ?? null;
}

function migratorOf(db: Db): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}
