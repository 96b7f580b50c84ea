import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { endLostRuns } from '../../activities/end-lost-runs.ts';
import { getRun } from '../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../model/discovery-workflow.ts';
import { sliceId } from '../../model/identity.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { SyntheticSource, things } from '../support/synthetic-provider.ts';
import { planThings } from '../support/things.ts';

const source = new SyntheticSource();
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(source.registry('alpha', 'beta'));
}, 300_000);

afterAll(() => pipeline.close());

/** Starts a discovery that has listed one page and waits before the next. */
async function startGated(account: string) {
  const reached = Promise.withResolvers<void>();
  let calls = 0;
  source.addRegion(account, 'north', {
    alpha: {
      things: things('a', 'b'),
      page_size: 1,
      gate: async (signal) => {
        calls += 1;
        if (calls === 1) return;
        reached.resolve();
        const aborted = Promise.withResolvers<void>();
        signal.addEventListener('abort', () => aborted.resolve(), { once: true });
        await aborted.promise;
      },
    },
  });
  const handle = await start(account);
  await reached.promise;
  return handle;
}

const start = (account: string) =>
  pipeline.client.workflow.start(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: `lost-${account}-${randomUUID()}`,
    args: [{ accounts: [account] }],
  });

const runOf = async (runId: string) => getRun(pipeline.db, runId);
const stagedOf = (runId: string) =>
  pipeline.db.selectFrom('staged_items').select('ci_id').where('run_id', '=', runId).execute();

test('a run whose workflow was terminated is ended by the next plan, one that runs is not', async () => {
  const lost = await startGated('lost');
  const alive = await startGated('alive');
  await lost.terminate('somebody did');
  const lostId = lost.firstExecutionRunId;
  expect((await runOf(lostId))?.status).toBe('running');
  expect(await stagedOf(lostId)).toHaveLength(1);

  source.addRegion('next', 'north', { alpha: { things: things('n') } });
  await (await start('next')).result();

  expect(await runOf(lostId)).toMatchObject({
    status: 'failed',
    errors: [{ code: 'terminated' }],
  });
  expect(await stagedOf(lostId)).toEqual([]);
  const slice = await pipeline.db
    .selectFrom('slices')
    .select(['last_state', 'error_code', 'last_run_id'])
    .where('slice_id', '=', sliceId('aws', 'lost', 'north', 'alpha'))
    .executeTakeFirst();
  expect(slice).toEqual({ last_state: 'failed', error_code: 'not_finished', last_run_id: lostId });
  expect((await runOf(alive.firstExecutionRunId))?.status).toBe('running');
  expect(await stagedOf(alive.firstExecutionRunId)).toHaveLength(1);
  await alive.cancel();
  await expect(alive.result()).rejects.toThrow();
}, 60_000);

test('a run that Temporal does not know any more is ended, and not a second time', async () => {
  const runId = randomUUID();
  await planThings(pipeline.db, runId, { account: 'forgotten' });
  const deps = {
    db: pipeline.db,
    temporal: pipeline.client,
    logger: pino({ level: 'silent' }),
  };
  expect(await endLostRuns(deps, randomUUID())).toEqual([runId]);
  expect((await runOf(runId))?.errors).toMatchObject([{ code: 'history_gone' }]);
  expect(await endLostRuns(deps, randomUUID())).toEqual([]);
});
