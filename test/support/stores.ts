import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import neo4j from 'neo4j-driver';
import pg from 'pg';
import { createTemporal, type Temporal } from '../../api/temporal.ts';

/** Part of the name of every database a run makes, so that its end can drop what a test file left. */
export const TEST_DATABASE_PREFIX = 'cmdb_test_';

const WIPE_BATCH_ROWS = 10_000;

/** An empty database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, ending whatever is still connected. */
  drop(): Promise<void>;
}

/** Makes an empty database with a name of its own on the test server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const maintenance = variable('DATABASE_URL');
  const name = `${TEST_DATABASE_PREFIX}${variable('CMDB_TEST_RUN')}_${randomBytes(6).toString('hex')}`;
  await query(maintenance, `CREATE DATABASE ${name}`);
  const url = new URL(maintenance);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => query(maintenance, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** The graph of jest's worker: nobody else's as long as the test file runs. */
export interface TestGraph {
  readonly uri: string;
  readonly username: string;
  readonly password: string;
}

/** Empties the graph that this test file has to itself; see `choose-lane.ts`. */
export async function emptyGraph(): Promise<TestGraph> {
  const uri = variable('NEO4J_URI');
  const username = variable('NEO4J_USERNAME');
  const password = variable('NEO4J_PASSWORD');
  await wipe(uri, username, password);
  return { uri, username, password };
}

async function wipe(uri: string, username: string, password: string): Promise<void> {
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password));
  const session = driver.session();
  try {
    // Batches commit by themselves, so a large graph does not have to fit into one transaction.
    await session.run(
      `MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF ${WIPE_BATCH_ROWS} ROWS`,
    );
  } finally {
    await session.close();
    await driver.close();
  }
}

/**
 * The address of an emptied Redis database that no file running at the same time uses, because each
 * of jest's workers has one of its own; undefined where the machine has no Redis.
 */
export async function emptyRedis(): Promise<string | undefined> {
  if (!process.env.REDIS_URL) return undefined;
  const url = new URL(process.env.REDIS_URL);
  url.pathname = `/${process.env.JEST_WORKER_ID ?? '1'}`;
  const client = new Redis(url.href, { lazyConnect: true });
  await client.connect();
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
  return url.href;
}

/** Where to run workflows: the test server, and a task queue that only the caller knows. */
export interface TemporalTarget {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

export function temporalTarget(): TemporalTarget {
  return {
    address: variable('TEMPORAL_ADDRESS'),
    namespace: variable('TEMPORAL_NAMESPACE'),
    taskQueue: `test-${randomBytes(6).toString('hex')}`,
  };
}

/** As the API calls Temporal, with patience: a busy machine is no fault. */
export function testTemporal(uiUrl?: string): Temporal {
  const { address, namespace } = temporalTarget();
  return createTemporal({ namespace, connection: { address, tls: false } }, uiUrl, {
    deadline_ms: 120_000,
  });
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run the tests with npm test, which starts stores`);
  return value;
}
