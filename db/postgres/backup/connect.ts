import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { type Db, TYPES } from '../database.ts';
import type { Database } from '../schema.ts';

/** One connection, for statements through Kysely and for COPY, in one transaction. */
export interface BackupConnection extends AsyncDisposable {
  readonly client: pg.Client;
  /** The same connection. */
  readonly db: Db;
}

/**
 * How values are written as text, the same wherever and by whomever: times in UTC and ISO, numbers
 * to the last digit. And a long copy is no reason to be ended.
 */
const SESSION_SETTINGS = `
  set time zone 'UTC';
  set datestyle = 'ISO, YMD';
  set intervalstyle = 'iso_8601';
  set bytea_output = 'hex';
  set extra_float_digits = 3;
  set jit = off;
  set statement_timeout = 0;
  set idle_in_transaction_session_timeout = 0;
  set lock_timeout = '10s'`;

/** @param url `postgres://…`, as in DATABASE_URL */
export async function connectForBackup(
  url: string,
  applicationName: string,
): Promise<BackupConnection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    types: TYPES,
  });
  // A connection that breaks fails the query that has it; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  await client.query(SESSION_SETTINGS);
  const kept: PostgresPoolClient = {
    query: client.query.bind(client) as PostgresPoolClient['query'],
    release: () => {},
  };
  const pool = { connect: async () => kept, end: async () => {}, options: {} };
  return {
    client,
    db: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
