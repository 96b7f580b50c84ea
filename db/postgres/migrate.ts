import { type Migration, Migrator } from 'kysely/migration';
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
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map((result) => result.migrationName);
}
