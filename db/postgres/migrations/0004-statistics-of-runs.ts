import { type Kysely, sql } from 'kysely';

/**
 * No statistics of the run in tables whose rows are always those of the newest runs: known values are
 * then all of the past, and a run is taken for one row, whatever it has. Without them it is taken for
 * a 200th of the table, and its slices are found by index one by one. See docs/adr/0025.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['slice_scans', 'staged_items', 'rejected_records']) {
    await sql`alter table ${sql.ref(table)} alter column run_id set statistics 0`.execute(db);
    // The type that it has: what is known of the column is forgotten by it.
    await sql`alter table ${sql.ref(table)} alter column run_id type uuid`.execute(db);
  }
}
