import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getRun } from '../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import type { DiscoveryResult } from '../../workflows/discover-infrastructure.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha'), { graph_uri: 'bolt://127.0.0.1:1' });
}, 300_000);

afterAll(() => pipeline.close());

test('what went wrong in an account that was joined is told by the run that joined it', async () => {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const gate = () => {
    reached.resolve();
    return opened.promise;
  };
  source.addRegion('acc-graph', 'north', { alpha: { things: things('g1'), gate } });
  const start = (workflowId: string) =>
    pipeline.client.workflow.start(DISCOVERY_WORKFLOW, {
      taskQueue: pipeline.taskQueue,
      workflowId,
      args: [{ accounts: ['acc-graph'] }],
    });
  const owner = await start('errors-owner');
  await reached.promise;
  const guest = await start('errors-guest');
  for (;;) {
    const { raw } = await guest.describe();
    if (raw.pendingActivities?.[0]?.activityType?.name === 'joinDiscovery') break;
    await sleep(50);
  }
  opened.resolve();
  const results: DiscoveryResult[] = await Promise.all([owner.result(), guest.result()]);
  for (const { run_id, status } of results) {
    expect(status).toBe('completed_with_errors');
    const run = await getRun(pipeline.db, run_id);
    expect(run?.errors).toMatchObject([{ code: 'graph_unavailable', account: 'acc-graph' }]);
  }
}, 120_000);
