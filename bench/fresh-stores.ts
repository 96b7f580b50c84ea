import neo4j from 'neo4j-driver';
import pg from 'pg';
import { ensureGraphSchema } from '../db/graph/ensure-schema.ts';
import { createGraph, type GraphOptions } from '../db/graph/graph.ts';
import { createDatabase, type Db } from '../db/postgres/database.ts';
import { migrateToLatest } from '../db/postgres/migrate.ts';

/** Stores with nothing in them. */
export interface FreshStores extends AsyncDisposable {
  readonly db: Db;
  /** What a worker has to be told. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes a database and empties the graph. */
export async function freshStores(name: string): Promise<FreshStores> {
  const maintenance = variable('DATABASE_URL');
  const database = `bench_${name.replaceAll(/\W/g, '_')}`;
  await query(maintenance, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await query(maintenance, `CREATE DATABASE ${database}`);
  const url = new URL(maintenance);
  url.pathname = `/${database}`;
  const db = createDatabase({ url: url.href, application_name: 'bench', pool_size: 4 });
  await migrateToLatest(db);
  await emptyGraph();
  return {
    db,
    environment: { DATABASE_URL: url.href },
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await query(maintenance, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    },
  };
}

/** Deletes everything from the graph, and makes its indexes. */
export async function emptyGraph(): Promise<void> {
  const settings = graphSettings();
  const driver = neo4j.driver(settings.uri, neo4j.auth.basic(settings.username, settings.password));
  const session = driver.session();
  await session.run('MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS');
  await session.close();
  await driver.close();
  const graph = createGraph(settings);
  await ensureGraphSchema(graph);
  await graph.close();
}

/** Where the graph is, as the environment says. */
export function graphSettings(): GraphOptions {
  return {
    uri: variable('NEO4J_URI'),
    username: variable('NEO4J_USERNAME'),
    password: variable('NEO4J_PASSWORD'),
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this by \`npm run bench\`.`);
  return value;
}
