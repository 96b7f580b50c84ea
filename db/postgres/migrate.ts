import { type Migration, type MigrationResultSet, Migrator } from 'kysely/migration';
import type { Db } from './database.ts';
import * as initial from './migrations/0001-initial.ts';

const MIGRATIONS: Record<string, Migration> = { '0001-initial': initial };

/**
 * Brings the schema up to this release. Safe to call from several processes at once: Kysely's
 * migrator takes an advisory lock, and all of them run in one transaction.
 *
 * @returns the names of the migrations that ran
 * @throws the first error of a migration, after which nothing of the call is kept
 */
export async function migrateToLatest(db: Db): Promise<string[]> {
  return ranOf(await migratorOf(db).migrateToLatest());
}

/** As `migrateToLatest`, up to a migration of an earlier release: for data that is of that one. */
export async function migrateTo(db: Db, name: string): Promise<string[]> {
  return ranOf(await migratorOf(db).migrateTo(name));
}

/** The migrations of this release, in their order. */
export function knownMigrations(): string[] {
  return Object.keys(MIGRATIONS).sort();
}

function migratorOf(db: Db): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}

function ranOf({ error, results = [] }: MigrationResultSet): string[] {
  if (error) throw error;
  return results.map((result) => result.migrationName);
}
