import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { createDatabase, type Db } from '../../db/postgres/database.ts';
import { migrateToLatest } from '../../db/postgres/migrate.ts';
import { listSchedules } from '../../db/postgres/schedules.ts';
import { scheduleHandle } from '../../db/temporal/schedules.ts';
import { sourcesSchema } from '../../model/sources.ts';
import { ensureSchedules } from '../../worker/ensure-schedules.ts';
import { createTestDatabase, temporalTarget } from '../support/stores.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;
let client: Client;
let taskQueue: string;
/** Of all tests: other files have schedules on the same server. */
const taskQueues: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'schedules test' });
  await migrateToLatest(db);
  const { address, namespace } = temporalTarget();
  client = new Client({ connection: await Connection.connect({ address }), namespace });
});

beforeEach(async () => {
  taskQueue = temporalTarget().taskQueue;
  taskQueues.push(taskQueue);
  await db.deleteFrom('schedules').execute();
});

afterAll(async () => {
  for await (const { scheduleId } of client.schedule.list()) {
    const isOurs = taskQueues.some((queue) => scheduleId.startsWith(`${queue}/`));
    if (isOurs) await client.schedule.getHandle(scheduleId).delete();
  }
  await client.connection.close();
  await db.destroy();
  await database.drop();
});

const discovery = (schedule: string) => sourcesSchema.parse({ discovery: { schedule } }).discovery;
const ensure = (schedule: string) => ensureSchedules(db, client, taskQueue, discovery(schedule));
const handle = (id: string) => scheduleHandle(client, taskQueue, id);
const described = (id = 'default') => handle(id).describe();

test('the schedule is made, changed with the file, kept paused by people, and removed', async () => {
  await ensure('0 * * * *');
  const { action, policies, spec } = await described();
  expect(action).toMatchObject({ workflowType: 'discoverInfrastructure', taskQueue });
  expect(policies).toMatchObject({
    overlap: ScheduleOverlapPolicy.SKIP,
    catchupWindow: 10 * 60 * 1000,
  });
  expect(spec.calendars?.[0]).toMatchObject({ minute: [{ start: 0, end: 0, step: 1 }] });

  await handle('default').pause('a person says so');
  await ensure('30 2 * * *');
  const changed = await described();
  expect(changed.spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2, end: 2, step: 1 }] });
  expect(changed.state.paused).toBe(true);
  expect(await listSchedules(db)).toMatchObject([
    { schedule_id: 'default', owner: 'sources', cron: '30 2 * * *', request: {} },
  ]);

  await ensure('off');
  await expect(described()).rejects.toThrow();
  expect(await listSchedules(db)).toEqual([]);
  await ensure('off');
});

test('workers that start at once agree on one schedule', async () => {
  await Promise.all([1, 2, 3].map(() => ensure('15 * * * *')));
  expect(await listSchedules(db)).toHaveLength(1);
  const { spec } = await described();
  expect(spec.calendars?.[0]).toMatchObject({ minute: [{ start: 15, end: 15, step: 1 }] });
});

test('what people scheduled is left alone, and made anew where Temporal has lost it', async () => {
  const schedule = {
    owner: 'api' as const,
    cron: '@daily',
    time_zone: 'Europe/Berlin',
    jitter_seconds: 0,
    overlap: 'skip' as const,
    request: JSON.stringify({ providers: ['host'] }),
  };
  await db
    .insertInto('schedules')
    .values([
      { schedule_id: 'lost', ...schedule },
      { schedule_id: 'lost-paused', paused: true, ...schedule },
    ])
    .execute();
  await ensure('off');
  expect(await described('lost')).toMatchObject({
    state: { paused: false },
    spec: { timezone: 'Europe/Berlin' },
    action: { args: [{ providers: ['host'] }] },
  });
  expect((await described('lost-paused')).state.paused).toBe(true);

  await handle('lost').pause();
  await ensure('off');
  expect((await described('lost')).state.paused).toBe(true);
});
