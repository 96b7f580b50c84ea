import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { type Logger, pino } from 'pino';
import type { z } from 'zod';
import { createActivities } from '../../activities/index.ts';
import {
  defaultWebhookSettings,
  type WebhookSettings,
} from '../../activities/webhooks/settings.ts';
import { ensureGraphSchema } from '../../db/graph/ensure-schema.ts';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { sourcesSchema } from '../../model/sources.ts';
import type { Registry } from '../../providers/registry.ts';
import { createWorkers } from '../../worker/create-workers.ts';
import { quietTemporal } from './quiet-temporal.ts';
import { createTestDatabase, emptyGraph, temporalTarget } from './stores.ts';

/** The whole pipeline on real stores and a real Temporal, with a source that the test writes. */
export interface Pipeline {
  db: Db;
  graph: Graph;
  client: Client;
  taskQueue: string;
  close(): Promise<void>;
}

quietTemporal();

export interface PipelineOptions {
  sources?: z.input<typeof sourcesSchema>;
  webhooks?: Partial<WebhookSettings>;
  /** Another address of the graph than the test's own, e.g. where nothing answers. */
  graph_uri?: string;
  logger?: Logger;
}

export async function startPipeline(
  registry: Registry,
  {
    sources = {},
    graph_uri,
    webhooks = {},
    logger = pino({ level: 'silent' }),
  }: PipelineOptions = {},
): Promise<Pipeline> {
  const database = await createTestDatabase();
  const testGraph = await emptyGraph();
  const db = createDatabase({
    url: database.url,
    application_name: 'pipeline test',
    pool_size: 20,
  });
  const { uri, username, password } = testGraph;
  const graph = createGraph({ uri: graph_uri ?? uri, username, password });
  await migrateToLatest(db);
  if (!graph_uri) await ensureGraphSchema(graph);

  const { address, namespace, taskQueue } = temporalTarget();
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const activities = createActivities({
    db,
    graph,
    cache: null,
    temporal: client,
    registry,
    sources: sourcesSchema.parse(sources),
    mappingRelease: 'test',
    collectRetryMs: () => 50,
    webhooks: { ...defaultWebhookSettings(), ...webhooks },
    logger,
  });
  const [worker] = await createWorkers({
    connection: native,
    namespace,
    taskQueue,
    activities,
    hostTaskQueue: null,
  });
  if (!(worker instanceof Worker)) throw new Error('no worker was made');
  const running = worker.run();
  return {
    db,
    graph,
    client,
    taskQueue,
    async close() {
      worker.shutdown();
      await running;
      await Promise.all([db.destroy(), graph.close(), native.close(), client.connection.close()]);
      await database.drop();
    },
  };
}
