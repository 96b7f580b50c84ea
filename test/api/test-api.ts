import { MockActivityEnvironment } from '@temporalio/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { pino } from 'pino';
import { createPublishChanges } from '../../activities/publish-changes.ts';
import { OPEN } from '../../api/access/policy.ts';
import { createApp } from '../../api/app.ts';
import type { AppDeps } from '../../api/app-deps.ts';
import { type Cache, createCache } from '../../db/cache/cache.ts';
import { ensureGraphSchema } from '../../db/graph/ensure-schema.ts';
import { createGraph, type Graph } from '../../db/graph/graph.ts';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { createSealer } from '../../db/sealer.ts';
import {
  createTestDatabase,
  emptyGraph,
  emptyRedis,
  temporalTarget,
  testTemporal,
} from '../support/stores.ts';

/** An address where nothing listens: the discard port, which this user could not even open. */
export const NOWHERE = '127.0.0.1:9';

export const silent = pino({ level: 'silent' });

/** An answer of the API that has passed its OpenAPI description. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of it, it also asserts.
  body: any;
}

export type Ask = (path: string, init?: RequestInit) => Promise<Answer>;

/** Asks an app, and checks every JSON answer against what `/openapi.json` promises. */
export function askerOf(deps: AppDeps): Ask {
  const app = createApp(deps);
  const check = describedBy(app);
  return async (path, init) => {
    const response = await app.request(path, init);
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const body = isJson ? JSON.parse(text) : text;
    if (isJson) await check(init?.method ?? 'GET', path, response, body);
    return { status: response.status, headers: response.headers, body };
  };
}

type Check = (method: string, path: string, response: Response, body: unknown) => Promise<void>;

function describedBy(app: ReturnType<typeof createApp>): Check {
  const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
  const description = (async () => (await app.request('/openapi.json')).json())() as Promise<{
    paths: Record<string, Record<string, object>>;
  }>;
  const added = description.then((document) => ajv.addSchema(document, 'api'));
  return async (method, path, response, body) => {
    const document = await description;
    await added;
    const { pathname } = new URL(path, 'http://localhost');
    const templates = Object.keys(document.paths).filter((template) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
    );
    const [template] = templates;
    const operation = template && document.paths[template]?.[method.toLowerCase()];
    if (!operation) return;
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const pointer = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      String(response.status),
      'content',
      type,
      'schema',
    ].map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate = ajv.getSchema(`api#/${pointer.join('/')}`);
    if (!validate) throw new Error(`${method} ${path}: ${response.status} is not described.`);
    if (!validate(body)) {
      throw new Error(`${method} ${path} is not as described: ${ajv.errorsText(validate.errors)}`);
    }
  };
}

/** The app on real stores of a test file's own. */
export interface TestApi {
  ask: Ask;
  deps: AppDeps;
  db: Db;
  /** For programs that open the database themselves. */
  database_url: string;
  graph: Graph;
  cache: Cache | null;
  /** Brings the graph and the cache up to date, as a discovery does at its end. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestApi(): Promise<TestApi> {
  const database = await createTestDatabase();
  const testGraph = await emptyGraph();
  const redisUrl = await emptyRedis();
  const db = createDatabase({ url: database.url, application_name: 'api test' });
  await migrateToLatest(db);
  const graph = createGraph(testGraph);
  await ensureGraphSchema(graph);
  const cache = redisUrl ? createCache(redisUrl, () => {}) : null;
  const { taskQueue } = temporalTarget();
  const temporal = testTemporal('http://temporal.example:8233');
  const deps: AppDeps = {
    db,
    graph,
    cache,
    temporal,
    sealer: createSealer(null),
    log: silent,
    task_queue: taskQueue,
    access: OPEN,
    limiter: null,
    cors_origins: [],
    audit_retention_days: 365,
    check_answers: true,
  };
  const publishChanges = createPublishChanges({ db, graph, cache, logger: silent });
  return {
    ask: askerOf(deps),
    deps,
    db,
    database_url: database.url,
    graph,
    cache,
    publish: async () => {
      await new MockActivityEnvironment().run(publishChanges);
    },
    close: async () => {
      await Promise.all([db.destroy(), graph.close(), cache?.close(), temporal.close()]);
      await database.drop();
    },
  };
}
