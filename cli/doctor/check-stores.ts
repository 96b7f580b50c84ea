import { sql } from 'kysely';
import { z } from 'zod';
import { ConfigError, parseConfig, sharedConfigShape } from '../../db/config.ts';
import { codeOf, type Environment, type Finding, within } from './finding.ts';

const PATIENCE_MS = 10_000;

type Shape = typeof sharedConfigShape;
type Outcome = Pick<Finding, 'status' | 'detail' | 'fix'>;

/** The stores as they are from here, where their addresses are in the environment. */
export function checkStores(environment: Environment): Array<Promise<Finding>> {
  const { DATABASE_URL, REDIS_URL, NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD } = sharedConfigShape;
  const graph = { NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD };
  return [
    check('PostgreSQL', 'DATABASE_URL', { DATABASE_URL }, environment, checkPostgres),
    check('Neo4j', 'NEO4J_URI', graph, environment, checkNeo4j),
    check('Redis', 'REDIS_URL', { REDIS_URL }, environment, checkRedis),
  ];
}

/**
 * Checks what a few variables lead to.
 *
 * @param variable without which there is nothing to check
 */
export async function check<Part extends Partial<Shape>>(
  component: string,
  variable: string,
  shape: Part,
  environment: Environment,
  look: (config: z.output<z.ZodObject<Part>>) => Promise<Outcome>,
): Promise<Finding> {
  const place = { component, seen_by: 'here' as const };
  if (!environment[variable]) {
    const detail = `${variable} is not set here`;
    return { ...place, status: 'skipped', detail, fix: null };
  }
  try {
    return { ...place, ...(await look(parseConfig(z.object(shape), environment))) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const faults = error.problems.map((problem) => `${problem.variable} ${problem.message}`);
    const fix = 'Correct it in the environment, for worker and API alike.';
    return { ...place, status: 'broken', detail: faults.join('; '), fix };
  }
}

const POSTGRES_FIXES: Readonly<Record<string, string>> = {
  '28P01': 'Correct the user or the password in DATABASE_URL.',
  '28000': 'Let the user of DATABASE_URL connect from here (pg_hba.conf).',
  '3D000': 'Make the database that DATABASE_URL names: createdb.',
  '53300': 'Raise max_connections of PostgreSQL, or run fewer workers.',
};

async function checkPostgres({ DATABASE_URL }: { DATABASE_URL: string }): Promise<Outcome> {
  const { createDatabase } = await import('../../db/postgres/database.ts');
  const { MIGRATION_NAMES, schemaVersion } = await import('../../db/postgres/migrate.ts');
  const db = createDatabase({ url: DATABASE_URL, application_name: 'cmdb doctor', pool_size: 1 });
  try {
    const { rows } = await within(
      PATIENCE_MS,
      sql<{ version: string; bytes: number }>`
        select current_setting('server_version') as version,
          pg_database_size(current_database()) as bytes
      `.execute(db),
    );
    const [{ version, bytes } = { version: 'unknown', bytes: 0 }] = rows;
    const newest = MIGRATION_NAMES.at(-1) ?? '';
    const schema = await within(PATIENCE_MS, schemaVersion(db));
    const size = `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 0 })} MB`;
    const detail = `version ${version.split(' ')[0]}, ${size}, schema ${schema ?? 'not made'}`;
    if (schema === newest) return { status: 'ok', detail, fix: null };
    const isAhead = schema !== null && !MIGRATION_NAMES.includes(schema);
    const fix = isAhead
      ? 'The database is of a newer release: run that one here, too.'
      : `Run the migrations up to ${newest}: node db/migrate.ts.`;
    return { status: 'broken', detail, fix };
  } catch (error) {
    const code = codeOf(error);
    const fix = POSTGRES_FIXES[code] ?? 'Start PostgreSQL, or correct DATABASE_URL.';
    return { status: 'broken', detail: `does not answer (${code})`, fix };
  } finally {
    await db.destroy();
  }
}

interface GraphConfig {
  NEO4J_URI: string;
  NEO4J_USERNAME: string;
  NEO4J_PASSWORD: string;
}

async function checkNeo4j(config: GraphConfig): Promise<Outcome> {
  const { createGraph } = await import('../../db/graph/graph.ts');
  const graph = createGraph({
    uri: config.NEO4J_URI,
    username: config.NEO4J_USERNAME,
    password: config.NEO4J_PASSWORD,
    retry_ms: 0,
  });
  try {
    const components = 'CALL dbms.components() YIELD versions, edition RETURN versions[0], edition';
    const { records } = await within(PATIENCE_MS, graph.read(components, {}));
    const [version, edition] = records[0]?.values() ?? [];
    const indexes = `SHOW INDEXES YIELD state WHERE state <> 'ONLINE' RETURN count(*)`;
    const pending = (await within(PATIENCE_MS, graph.read(indexes, {}))).records[0]?.get(0);
    const detail = `version ${version}, ${edition}`;
    if (pending === 0) return { status: 'ok', detail, fix: null };
    const fix = 'Wait; where it stays so, drop them and run node db/migrate.ts.';
    return { status: 'warning', detail: `${detail}, ${pending} indexes are not online`, fix };
  } catch (error) {
    const code = codeOf(error);
    const fix = code.startsWith('Neo.ClientError.Security.')
      ? 'Correct NEO4J_USERNAME and NEO4J_PASSWORD.'
      : 'Start Neo4j, or correct NEO4J_URI; until then PostgreSQL answers, slower.';
    return { status: 'warning', detail: `does not answer (${code})`, fix };
  } finally {
    await graph.close();
  }
}

async function checkRedis({ REDIS_URL }: { REDIS_URL?: string | undefined }): Promise<Outcome> {
  const { openRedis } = await import('../../db/cache/redis.ts');
  let fault: unknown = null;
  const redis = openRedis(REDIS_URL ?? '', (error) => {
    fault ??= error;
  });
  try {
    if (redis.status !== 'ready') {
      await within(
        PATIENCE_MS,
        new Promise((resolve, reject) => {
          redis.once('ready', resolve).once('error', reject);
        }),
      );
    }
    const info = await within(PATIENCE_MS, redis.info());
    const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '?';
    const detail = `version ${fact('redis_version')}, ${fact('used_memory_human')} used`;
    return { status: 'ok', detail, fix: null };
  } catch (error) {
    const code = codeOf(fault ?? error);
    const isRefused = /WRONGPASS|NOAUTH|ReplyError/.test(code);
    const fix = isRefused
      ? 'Correct the user or the password in REDIS_URL.'
      : 'Start Redis, or correct REDIS_URL; until then nothing is cached.';
    return { status: 'warning', detail: `does not answer (${code})`, fix };
  } finally {
    redis.disconnect();
  }
}
