import { sql } from 'kysely';
import pg from 'pg';
import type { Db } from '../../../db/postgres/database.ts';

/**
 * Puts functions of our own before `now()` and `clock_timestamp()` in an empty database, so that its
 * clock can be set. PostgreSQL binds names when a default or a function is made: call this before
 * the schema is. Sessions that were open before keep the clock as it is.
 */
export async function installMovingClock(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Named in the path, the system's own functions come after those that we make.
    await client.query(`
      do $$ begin
        execute format('alter database %I set search_path = public, pg_catalog', current_database());
      end $$;
      create table public.clock_offset (amount interval not null);
      insert into public.clock_offset values ('0');
      create function public.now() returns timestamptz language sql stable as
        'select pg_catalog.now() + (select amount from public.clock_offset)';
      create function public.clock_timestamp() returns timestamptz language sql volatile as
        'select pg_catalog.clock_timestamp() + (select amount from public.clock_offset)';
    `);
  } finally {
    await client.end();
  }
}

/** Moves the clock of the database on, or back where the number is negative. */
export async function moveClock(db: Db, seconds: number): Promise<void> {
  await sql`
    update clock_offset set amount = amount + make_interval(secs => ${seconds})
  `.execute(db);
}
