import '../db/heap.ts';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import pLimit from 'p-limit';
import { pino } from 'pino';
import { createActivities } from '../activities/index.ts';
import { mappingRelease } from '../activities/mapping.ts';
import { defaultWebhookSettings } from '../activities/webhooks/settings.ts';
import { createGraph } from '../db/graph/graph.ts';
import { createDatabase } from '../db/postgres/database.ts';
import { createSealer } from '../db/sealer.ts';
import { collectRetryMs } from '../model/retries.ts';
import { sourcesSchema } from '../model/sources.ts';
import { loadRegistry } from '../providers/registry.ts';
import { graphSettings } from './fresh-stores.ts';

/*
 * A discovery without Temporal: the worker's activities, as its workflows call them while nothing
 * fails. Prints `{"milliseconds"}`.
 */

/** As `COLLECT_WINDOW` of the account's workflow. */
const SLICES_AT_ONCE = 100;

const sources = sourcesSchema.parse({});
const db = createDatabase({
  url: process.env.DATABASE_URL ?? '',
  application_name: 'bench',
  pool_size: 20,
});
const graph = createGraph(graphSettings());
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
const activities = createActivities({
  db,
  graph,
  cache: null,
  // Asked by the plan only, for runs that were lost.
  temporal: new Client({ connection }),
  registry: await loadRegistry(),
  sources,
  mappingRelease: await mappingRelease(sources),
  collectRetryMs,
  webhooks: { ...defaultWebhookSettings(), sealer: createSealer(null), networks: [] },
  logger: pino({ level: 'silent' }),
});

/** Runs an activity in a context of its own, as a worker does. */
function run<Input extends unknown[], Output>(
  activity: (...input: Input) => Promise<Output>,
  ...input: Input
): Promise<Output> {
  return new MockActivityEnvironment({ attempt: 1 }).run(activity, ...input);
}

const run_id = randomUUID();
const workflow_id = `plain-${run_id}`;
const started = performance.now();
const plan = await run(activities.planRun, {
  run_id,
  workflow_id,
  request: { providers: ['aws'] },
});
const limit = pLimit(SLICES_AT_ONCE);
for (const { provider, account } of plan.accounts) {
  let after_scope_id: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof activities.listPlannedScopes>> = await run(
      activities.listPlannedScopes,
      { run_id, provider, account, after_scope_id },
    );
    await Promise.all(
      page.scopes.map(async ({ scope_id, batches }) => {
        await Promise.all(
          batches.map((slices) => {
            const slice_ids = slices.map(({ slice_id }) => slice_id);
            return limit(() => run(activities.collectSlices, { run_id, slice_ids }));
          }),
        );
        await run(activities.promoteScope, { run_id, scope_id, lost_slices: [] });
      }),
    );
    after_scope_id = page.next_after_scope_id;
  } while (after_scope_id !== null);
  await run(activities.relateChanges, { run_id });
  await run(activities.publishChanges);
}
const status = await run(activities.finishRun, { run_id, outcome: 'finished', errors: [] });
if (status !== 'completed') throw new Error(`The discovery ended ${status}.`);
console.log(JSON.stringify({ milliseconds: performance.now() - started }));
// The SDKs keep their connections open for a while.
process.exit(0);
