import { type Kysely, sql } from 'kysely';

/** A listing that begins again is another one: see `beginListingAgain`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table slice_scans add column listing integer not null default 1`.execute(db);
}
