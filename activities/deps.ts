import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Cache } from '../db/cache/cache.ts';
import type { Graph } from '../db/graph/graph.ts';
import type { Db } from '../db/postgres/database.ts';
import type { Sources } from '../model/sources.ts';
import type { Registry } from '../providers/registry.ts';
import type { WebhookSettings } from './webhooks/settings.ts';

/** Everything that activities reach out to; made once by the worker. */
export interface ActivityDeps {
  db: Db;
  graph: Graph;
  /** Null where no Redis is configured. */
  cache: Cache | null;
  temporal: Client;
  registry: Registry;
  sources: Sources;
  /** What `mappingRelease` says of this code with these sources. */
  mappingRelease: string;
  /** How long a listing that failed for the n-th time waits; `collectRetryMs`, but for tests. */
  collectRetryMs: (attempt: number) => number;
  webhooks: WebhookSettings;
  logger: Logger;
}
