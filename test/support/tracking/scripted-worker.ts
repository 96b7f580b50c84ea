import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { z } from 'zod';
import { createActivities } from '../../../activities/index.ts';
import { defaultWebhookSettings } from '../../../activities/webhooks/settings.ts';
import { createGraph } from '../../../db/graph/graph.ts';
import { createDatabase } from '../../../db/postgres/database.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { createWorkers } from '../../../worker/create-workers.ts';
import { quietTemporal } from '../quiet-temporal.ts';
import { fault, SyntheticError, SyntheticSource } from '../synthetic-provider.ts';

/*
 * A worker in a process of its own, to be killed. What its source has, and how listing it goes, it
 * reads again for each page from the file that `SCRIPT` names. Prints a line when it polls.
 */

export const scriptSchema = z.object({
  account: z.string(),
  /** By resource type. */
  slices: z.record(
    z.string(),
    z.object({
      records: z.array(z.record(z.string(), z.unknown())),
      /** `throttled` goes well at the second try. */
      trouble: z.enum(['none', 'denied', 'failed', 'throttled']),
    }),
  ),
});
export type Script = z.infer<typeof scriptSchema>;

const RESOURCE_TYPES = ['model_disk', 'model_host', 'model_fleet'];
const REGION = 'north';
const PAGE_SIZE = 2;
/** Long enough for a signal to come in the middle of a listing. */
const PAGE_MS = 40;

const environment = z
  .object({
    SCRIPT: z.string(),
    DATABASE_URL: z.string(),
    GRAPH: z.string(),
    TEMPORAL_ADDRESS: z.string(),
    TEMPORAL_NAMESPACE: z.string(),
    TASK_QUEUE: z.string(),
  })
  .parse(process.env);

const readScript = async () =>
  scriptSchema.parse(JSON.parse(await readFile(environment.SCRIPT, 'utf8')));

const source = new SyntheticSource();
source.planGate = async () => {
  const { account } = await readScript();
  source.scopes.length = 0;
  source.addRegion(account, REGION, {});
};
const registry = source.registry(...RESOURCE_TYPES);
const troubled = new Set<string>();
for (const { resourceTypes } of registry.values()) {
  for (const type of resourceTypes.values()) {
    type.listPage = async (client, token, signal) => {
      await sleep(PAGE_MS, null, { signal });
      const { slices } = await readScript();
      const { records, trouble } = slices[type.name] ?? { records: [], trouble: 'none' };
      const isLate = token !== null || records.length <= PAGE_SIZE;
      if (trouble === 'denied') throw new SyntheticError(fault('denied', 'AccessDenied'));
      if (trouble === 'failed' && isLate) throw new SyntheticError(fault('permanent', 'Broken'));
      const place = `${String(client)} ${type.name} ${JSON.stringify(records)}`;
      if (trouble === 'throttled' && !troubled.has(place)) {
        troubled.add(place);
        throw new SyntheticError(fault('throttled', 'SlowDown'));
      }
      const start = Number(token ?? 0);
      const end = start + PAGE_SIZE;
      return {
        records: records.slice(start, end),
        next_page_token: end < records.length ? String(end) : null,
      };
    };
  }
}

quietTemporal();
const connection = await NativeConnection.connect({ address: environment.TEMPORAL_ADDRESS });
const namespace = environment.TEMPORAL_NAMESPACE;
const [worker] = await createWorkers({
  connection,
  namespace,
  taskQueue: environment.TASK_QUEUE,
  hostTaskQueue: null,
  activities: createActivities({
    db: createDatabase({ url: environment.DATABASE_URL, application_name: 'scripted worker' }),
    graph: createGraph(JSON.parse(environment.GRAPH)),
    cache: null,
    temporal: new Client({
      connection: await Connection.connect({ address: environment.TEMPORAL_ADDRESS }),
      namespace,
    }),
    registry,
    sources: sourcesSchema.parse({}),
    mappingRelease: 'test',
    collectRetryMs: () => 50,
    webhooks: defaultWebhookSettings(),
    logger: pino({ level: 'silent' }),
  }),
});
const running = worker?.run();
console.log('polling');
await running;
