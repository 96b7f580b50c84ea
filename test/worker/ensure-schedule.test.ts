import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { sourcesSchema } from '../../model/sources.ts';
import { ensureSchedule } from '../../worker/ensure-schedule.ts';
import { temporalTarget } from '../support/stores.ts';

let client: Client;

beforeAll(async () => {
  const { address, namespace } = temporalTarget();
  client = new Client({ connection: await Connection.connect({ address }), namespace });
});

afterAll(() => client.connection.close());

const discovery = (schedule: string) => sourcesSchema.parse({ discovery: { schedule } }).discovery;
const described = () => client.schedule.getHandle('discovery').describe();

test('the schedule is made, changed with the file, kept paused by people, and removed', async () => {
  await ensureSchedule(client, 'some-queue', discovery('0 * * * *'));
  const { action, policies, spec } = await described();
  expect(action).toMatchObject({ workflowType: 'discoverInfrastructure', taskQueue: 'some-queue' });
  expect(policies).toMatchObject({
    overlap: ScheduleOverlapPolicy.SKIP,
    catchupWindow: 10 * 60 * 1000,
  });
  expect(spec.calendars?.[0]).toMatchObject({ minute: [{ start: 0, end: 0, step: 1 }] });

  await client.schedule.getHandle('discovery').pause('a person says so');
  await ensureSchedule(client, 'some-queue', discovery('30 2 * * *'));
  const changed = await described();
  expect(changed.spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2, end: 2, step: 1 }] });
  expect(changed.state.paused).toBe(true);

  await ensureSchedule(client, 'some-queue', discovery('off'));
  await expect(described()).rejects.toThrow();
  await ensureSchedule(client, 'some-queue', discovery('off'));
});
