import { z } from 'zod';
import { ConfigError, parseConfig, sharedConfigShape } from './config.ts';
import { ensureGraphSchema } from './graph/ensure-schema.ts';
import { createGraph } from './graph/graph.ts';
import { createDatabase } from './postgres/database.ts';
import { migrateToLatest } from './postgres/migrate.ts';

/**
 * `node db/migrate.ts`: brings both stores up to this release and ends. Run it before the worker
 * and the API; several at once do no harm.
 */
async function main(): Promise<void> {
  const { DATABASE_URL, NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD } = parseConfig(
    z.object(sharedConfigShape).pick({
      DATABASE_URL: true,
      NEO4J_URI: true,
      NEO4J_USERNAME: true,
      NEO4J_PASSWORD: true,
    }),
    process.env,
  );
  const db = createDatabase({ url: DATABASE_URL, application_name: 'cmdb-migrate', pool_size: 2 });
  const graph = createGraph({ uri: NEO4J_URI, username: NEO4J_USERNAME, password: NEO4J_PASSWORD });
  try {
    const migrations = await migrateToLatest(db);
    console.log(
      migrations.length > 0 ? `migrated: ${migrations.join(', ')}` : 'the schema is up to date',
    );
    await ensureGraphSchema(graph);
    console.log('the graph has its constraint and indexes');
  } finally {
    await Promise.all([db.destroy(), graph.close()]);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
