import '../db/heap.ts';
import { serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCache } from '../db/cache/cache.ts';
import { createRateLimiter } from '../db/cache/rate-limiter.ts';
import { createGraph } from '../db/graph/graph.ts';
import { planWalks } from '../db/graph/read-steps.ts';
import { createLog } from '../db/log.ts';
import { createDatabase } from '../db/postgres/database.ts';
import { createSealer } from '../db/sealer.ts';
import { assertGuarded } from './access/assert-guarded.ts';
import { createAccessPolicy } from './access/config.ts';
import { createApp } from './app.ts';
import type { AppDeps } from './app-deps.ts';
import { type ApiConfig, ConfigError, loadApiConfig } from './config.ts';
import { drain, ListenError, listening } from './listen.ts';
import { isLoopback } from './loopback.ts';
import { createTemporal } from './temporal.ts';
import { type ApiTracing, startApiTracing } from './tracing.ts';

/** Well below the request timeout, so that a slow query is told as such. */
const STATEMENT_TIMEOUT_MS = 10_000;

// Discovery reads process titles: this is how the API recognises itself.
process.title = 'cmdb-api';

try {
  await main(loadApiConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof ListenError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(config: ApiConfig): Promise<void> {
  const log = createLog('cmdb-api', config.LOG_LEVEL);
  const tracing = await startApiTracing(process.env);
  const stopping = new AbortController();
  const deps = { ...openDeps(config, log, tracing), stopping: stopping.signal };
  try {
    await assertGuarded(deps.db, deps.access, log);
  } catch (error) {
    await closeDeps(deps);
    throw error;
  }
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = serve({
    fetch: createApp(deps, { registry, tracing: tracing?.middleware }).fetch,
    hostname: config.CMDB_API_HOST,
    port: config.CMDB_API_PORT,
  });
  try {
    const { address, port } = await listening(server);
    log.info({ address, port }, 'The API is served.');
  } catch (error) {
    await closeDeps(deps);
    throw error;
  }
  planWalks(deps.graph).catch((err: unknown) => {
    log.warn({ err }, 'Neo4j did not plan walks; the first of them may take seconds.');
  });
  const signal = await Promise.race([once('SIGTERM'), once('SIGINT')]);
  log.info({ signal }, 'Stopping: running requests are finished.');
  stopping.abort();
  await drain(server);
  await closeDeps(deps);
  await tracing?.close();
}

function openDeps(config: ApiConfig, log: Logger, tracing: ApiTracing | null): AppDeps {
  const access = createAccessPolicy(config, isLoopback(config.CMDB_API_HOST));
  const onRedisError = (err: Error) => log.warn({ err }, 'Redis does not answer.');
  return {
    db: createDatabase({
      url: config.DATABASE_URL,
      application_name: 'cmdb-api',
      statement_timeout_ms: STATEMENT_TIMEOUT_MS,
      on_query: tracing?.onQuery,
    }),
    graph: createGraph({
      uri: config.NEO4J_URI,
      username: config.NEO4J_USERNAME,
      password: config.NEO4J_PASSWORD,
      // Postgres answers at once where Neo4j does not.
      retry_ms: 0,
    }),
    cache: config.REDIS_URL ? createCache(config.REDIS_URL, onRedisError) : null,
    temporal: createTemporal(config.temporal, config.TEMPORAL_UI_URL, {
      interceptors: tracing?.client,
    }),
    sealer: createSealer(config.CMDB_SECRET_KEY ?? null),
    log,
    task_queue: config.CMDB_TASK_QUEUE,
    access,
    limiter:
      config.CMDB_API_RATE_LIMIT > 0
        ? createRateLimiter(config.REDIS_URL ?? null, config.CMDB_API_RATE_LIMIT, onRedisError)
        : null,
    cors_origins: config.CMDB_API_CORS_ORIGINS,
    audit_retention_days: config.CMDB_AUDIT_RETENTION_DAYS,
    check_answers: config.NODE_ENV !== 'production',
  };
}

async function closeDeps({ db, graph, cache, temporal, limiter }: AppDeps): Promise<void> {
  limiter?.close();
  await Promise.all([db.destroy(), graph.close(), cache?.close(), temporal.close()]);
}

function once(signal: NodeJS.Signals): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  process.once(signal, resolve);
  return promise;
}
