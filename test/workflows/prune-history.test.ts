import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PRUNE_WORKFLOW } from '../../model/history-workflow.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { recordHistories } from '../support/record-histories.ts';
import { discoverThings } from '../support/things.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(new Map(), { sources: { history: { keep_runs_days: 1 } } });
}, 300_000);

afterAll(() => pipeline.close());

test('the workflow prunes what is old, and says how much', async () => {
  const { client, db, taskQueue } = pipeline;
  const { runId } = await discoverThings(db, [{ id: 'a' }]);
  await discoverThings(db, [{ id: 'a' }]);
  const finished_at = new Date(Date.now() - 2 * 86_400_000);
  await db.updateTable('runs').set({ finished_at }).where('run_id', '=', runId).execute();
  const pruned = await client.workflow.execute(PRUNE_WORKFLOW, {
    workflowId: 'pruning-recorded',
    taskQueue,
  });
  expect(pruned).toMatchObject({ versions: 0, scans: 1, runs: 1 });
  await recordHistories({ 'prune-history': 'pruning-recorded' });
});
