import '../db/heap.ts';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { mappingRelease } from '../activities/mapping.ts';
import { defaultWebhookSettings } from '../activities/webhooks/settings.ts';
import { createCache } from '../db/cache/cache.ts';
import { ConfigError } from '../db/config.ts';
import { createGraph } from '../db/graph/graph.ts';
import { createLog } from '../db/log.ts';
import { createDatabase } from '../db/postgres/database.ts';
import { createSealer } from '../db/sealer.ts';
import { collectRetryMs } from '../model/retries.ts';
import { hostTaskQueue, machineIdentity, mayDiscoverHost } from '../providers/host/machine.ts';
import { loadRegistry } from '../providers/registry.ts';
import { loadSources, SourcesError } from '../providers/sources.ts';
import { keepAliveFile } from './alive-file.ts';
import { announceHost } from './announce-host.ts';
import { loadWorkerConfig } from './config.ts';
import { createWorkers } from './create-workers.ts';
import { ensurePruning } from './ensure-pruning.ts';
import { ensureSchedules } from './ensure-schedules.ts';
import { startInstruments } from './instruments.ts';
import { activityContext } from './log-context.ts';
import { keepWebhooksAwake } from './wake-webhooks.ts';

process.title = 'cmdb-worker';

/** `node worker/main.ts`: runs workflows and activities until it is told to stop. */
async function main(): Promise<void> {
  const config = loadWorkerConfig(process.env);
  const sources = await loadSources(config.CMDB_SOURCES);
  const logger = createLog('cmdb-worker', config.LOG_LEVEL, { context: activityContext });
  const instruments = await startInstruments(config, process.env, logger);
  const db = createDatabase({
    url: config.DATABASE_URL,
    application_name: 'cmdb-worker',
    pool_size: 20,
    on_query: instruments.onQuery,
  });
  const graph = createGraph({
    uri: config.NEO4J_URI,
    username: config.NEO4J_USERNAME,
    password: config.NEO4J_PASSWORD,
  });
  const warn = (error: unknown) => logger.warn({ err: error }, 'a store does not answer');
  const cache = config.REDIS_URL ? createCache(config.REDIS_URL, warn) : null;

  const stops: Array<() => void> = [];
  const { connection: target, namespace } = config.temporal;
  const connection = await NativeConnection.connect(target);
  const temporal = new Client({
    connection: await Connection.connect(target),
    namespace,
    ...(instruments.tracing ? { interceptors: instruments.tracing.client } : {}),
  });

  const isDiscovered = sources.host.enabled && (await mayDiscoverHost(config.CMDB_HOST_DISCOVERY));
  const machine = isDiscovered ? await machineIdentity() : null;
  const queue = machine && hostTaskQueue(machine.machine_id);
  const registry = await loadRegistry();
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue: config.CMDB_TASK_QUEUE,
    hostTaskQueue: queue,
    tracing: instruments.tracing,
    activities: createActivities({
      db,
      graph,
      cache,
      temporal,
      registry,
      sources,
      mappingRelease: await mappingRelease(sources),
      collectRetryMs,
      webhooks: {
        ...defaultWebhookSettings(),
        sealer: createSealer(config.CMDB_SECRET_KEY ?? null),
        networks: config.CMDB_WEBHOOK_NETWORKS,
      },
      logger,
    }),
  });

  const running = Promise.all(workers.map((worker) => worker.run()));
  if (machine && queue) {
    const { machine_id, hostname } = machine;
    stops.push(await announceHost(db, { machine_id, hostname, task_queue: queue }, warn));
  }
  if (config.CMDB_WORKER_ALIVE_FILE) {
    const polls = () => workers.every((worker) => worker.getState() === 'RUNNING');
    stops.push(await keepAliveFile(config.CMDB_WORKER_ALIVE_FILE, polls, warn));
  }
  await ensureSchedules(db, temporal, config.CMDB_TASK_QUEUE, sources.discovery);
  await ensurePruning(temporal, config.CMDB_TASK_QUEUE, sources);
  stops.push(keepWebhooksAwake(db, temporal, config.CMDB_TASK_QUEUE, warn));
  const types = [...registry.values()].reduce(
    (sum, { resourceTypes }) => sum + resourceTypes.size,
    0,
  );
  logger.info({ providers: [...registry.keys()], resource_types: types }, 'the worker is ready');

  try {
    await running;
  } finally {
    for (const stop of stops) stop();
    await Promise.all([db.destroy(), graph.close(), cache?.close()]);
    await Promise.all([connection.close(), temporal.connection.close()]);
    await instruments.close();
  }
}

try {
  await main();
} catch (error) {
  const isForPeople = error instanceof ConfigError || error instanceof SourcesError;
  console.error(isForPeople ? error.message : error);
  process.exit(1);
}
