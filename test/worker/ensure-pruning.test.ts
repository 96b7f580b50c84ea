import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { readSchedule, scheduleHandle } from '../../db/temporal/schedules.ts';
import { PRUNE_SCHEDULE } from '../../model/history-workflow.ts';
import { sourcesSchema } from '../../model/sources.ts';
import { ensurePruning } from '../../worker/ensure-pruning.ts';
import { temporalTarget } from '../support/stores.ts';

const { address, namespace, taskQueue } = temporalTarget();
let client: Client;

beforeAll(async () => {
  client = new Client({ connection: await Connection.connect({ address }), namespace });
});

afterAll(() => client.connection.close());

const ensure = (sources: object) => ensurePruning(client, taskQueue, sourcesSchema.parse(sources));
const handle = () => scheduleHandle(client, taskQueue, PRUNE_SCHEDULE);

test('the history is pruned once a day, unless everything is kept for ever', async () => {
  await ensure({});
  const { action, policies, spec } = await handle().describe();
  expect(action).toMatchObject({ workflowType: 'pruneHistory', taskQueue });
  expect(policies.overlap).toBe(ScheduleOverlapPolicy.SKIP);
  expect(spec.calendars?.[0]).toMatchObject({ hour: [{ start: 3, end: 3, step: 1 }] });

  await handle().pause('a person says so');
  await ensure({ discovery: { time_zone: 'Europe/Berlin' } });
  const changed = await handle().describe();
  expect(changed.spec.timezone).toBe('Europe/Berlin');
  expect(changed.state.paused).toBe(true);

  await ensure({ history: { keep_days: 'forever' } });
  expect(await readSchedule(handle())).not.toBeNull();
  await ensure({ history: { keep_days: 'forever', keep_runs_days: 'forever' } });
  expect(await readSchedule(handle())).toBeNull();
});
