import { CompiledQuery, Kysely, type LogEvent, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { PreparingClient } from './preparing-client.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;

export interface DatabaseOptions {
  /** `postgres://…`, as in DATABASE_URL. */
  url: string;
  /** Shown in pg_stat_activity. */
  application_name: string;
  /** Connections at most. */
  pool_size?: number;
  /** A statement that runs longer is ended by the server; none for the worker's set-based work. */
  statement_timeout_ms?: number;
  /** Told of every statement when it has ended. */
  on_query?: ((query: EndedQuery) => void) | undefined;
}

/** A statement as it was sent: its values stand apart, and are not told. */
export interface EndedQuery {
  sql: string;
  duration_ms: number;
  error: unknown;
}

/** The connections of a pool. */
export interface PoolState {
  total: number;
  idle: number;
  /** Requests for a connection that wait for one. */
  waiting: number;
}

const pools = new WeakMap<Db, pg.Pool>();

/** How the pool behind a database is just now. */
export function poolState(db: Db): PoolState {
  const pool = pools.get(db);
  return {
    total: pool?.totalCount ?? 0,
    idle: pool?.idleCount ?? 0,
    waiting: pool?.waitingCount ?? 0,
  };
}

const INT8_OID = 20;

/** How values are read: ticks and counts stay below 2^53, so a number holds them exactly. */
export const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/**
 * Our statements are few and set-based. Compiling them costs more than it saves – 0.6 s of a
 * statement of 2 s over 24,000 items (PostgreSQL 15) –, and the default memory sorts on disk.
 * Similar is what shares 0.4 of a word's trigrams: two letters that changed places in a word of eight
 * leave 0.44, and the default of 0.6 would not find it.
 */
const SESSION_SETTINGS =
  "set jit = off; set work_mem = '64MB'; set pg_trgm.word_similarity_threshold = 0.4";

/** Opens a pool. Nothing is connected before the first query. */
export function createDatabase(options: DatabaseOptions): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.application_name,
    max: options.pool_size ?? 10,
    connectionTimeoutMillis: 10_000,
    ...(options.statement_timeout_ms ? { statement_timeout: options.statement_timeout_ms } : {}),
    types: TYPES,
    Client: PreparingClient,
  });
  // A connection that the server ends is replaced at the next query, and the query that has it fails;
  // without listeners the event would end the process. The pool listens to idle ones only.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const { on_query } = options;
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool,
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw(SESSION_SETTINGS));
      },
    }),
    ...(on_query
      ? {
          log: (event: LogEvent) =>
            on_query({
              sql: event.query.sql,
              duration_ms: event.queryDurationMillis,
              error: event.level === 'error' ? event.error : null,
            }),
        }
      : {}),
  });
  pools.set(db, pool);
  return db;
}
